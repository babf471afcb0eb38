import type { RoamError } from '../../core/errors.ts'

/** HTTP/3 error codes (RFC 9114 §8.1) that Roam itself uses. */
export const H3 = {
  NO_ERROR: 0x100,
  INTERNAL_ERROR: 0x102,
  MESSAGE_ERROR: 0x10e,
} as const

/** What a client is told when a response cannot be finished. */
export function resetCode(error: RoamError): number {
  return error.code === 'MALFORMED_REQUEST' ? H3.MESSAGE_ERROR : H3.INTERNAL_ERROR
}
