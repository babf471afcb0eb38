/** Why a certificate is not to be trusted, in words instead of OpenSSL's codes. */

export const UNKNOWN_AUTHORITY = 'no known authority has signed it'
export const SELF_SIGNED = 'it has signed itself, and is no known authority'
export const OTHER_NAMES = 'it is for other names than this one'
export const EXPIRED = 'it has expired'
export const NOT_YET_VALID = 'it is not valid yet'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ERR_TLS_CERT_ALTNAME_INVALID', OTHER_NAMES],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', SELF_SIGNED],
  ['CERT_HAS_EXPIRED', EXPIRED],
  ['CERT_NOT_YET_VALID', NOT_YET_VALID],
])

/** Undefined for a code that says nothing about trust, or that is not known here. */
export function explainDistrust(code: string): string | undefined {
  return REASONS.get(code)
}
