/** Why a certificate is not to be trusted, whichever of the two TLS libraries says so. */
import {
  EXPIRED,
  explainDistrust as explainCode,
  NOT_YET_VALID,
  OTHER_NAMES,
  SELF_SIGNED,
  UNKNOWN_AUTHORITY,
} from '../../core/distrust.ts'

/** What BoringSSL says, which the QUIC engine uses: part of the sentence → the same words as for OpenSSL. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/issuer cert|first certificate|self.signed certificate in/i, UNKNOWN_AUTHORITY],
  [/self.signed/i, SELF_SIGNED],
  [/(?:hostname|IP address) mismatch/i, OTHER_NAMES],
  [/has expired/i, EXPIRED],
  [/not yet valid/i, NOT_YET_VALID],
]

/** The engine's sentence; one that is not known here comes back as it is. */
export function explainEngineDistrust(message: string): string {
  return SENTENCES.find(([form]) => form.test(message))?.[1] ?? message
}

/** A code that is not known here comes back as it is: better than nothing. */
export function explainDistrust(code: string): string {
  return explainCode(code) ?? code
}
