/** Why a certificate is not to be trusted, in words instead of OpenSSL's codes. */

const UNKNOWN_AUTHORITY = 'no known authority has signed it'
export const OTHER_NAMES = 'it is for other names than this one'

const REASONS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: OTHER_NAMES,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has signed itself, and is no known authority',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
}

/** What BoringSSL says, which the QUIC engine uses: part of the sentence → the same words as above. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/issuer cert|first certificate|self.signed certificate in/i, UNKNOWN_AUTHORITY],
  [/self.signed/i, 'it has signed itself, and is no known authority'],
  [/(?:hostname|IP address) mismatch/i, OTHER_NAMES],
  [/has expired/i, 'it has expired'],
  [/not yet valid/i, 'it is not valid yet'],
]

/** The engine's sentence; one that is not known here comes back as it is. */
export function explainEngineDistrust(message: string): string {
  return SENTENCES.find(([form]) => form.test(message))?.[1] ?? message
}

/** A code that is not known here comes back as it is: better than nothing. */
export function explainDistrust(code: string): string {
  return REASONS[code] ?? code
}
