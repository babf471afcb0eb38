import { RoamError } from '../core/errors.ts'
import type { RequestHead } from '../core/exchange.ts'

/**
 * What came as early data may have been recorded and sent again by somebody else (RFC 8470 §4). Stricter than the RFC: a
 * cookie means that the answer is somebody's own.
 */
export function refuseUnsafeEarly(head: RequestHead): void {
  const { method, hasBody, fields } = head
  if ((method === 'GET' || method === 'HEAD') && !hasBody && !fields.includes('cookie')) return
  throw new RoamError('TOO_EARLY', 'only GET and HEAD without body and cookies are served from early data')
}
