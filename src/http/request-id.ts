import { randomFillSync } from 'node:crypto'

const ID_BYTES = 16
/** One call into the system's random source for this many ids. */
const IDS_PER_FILL = 1024

/**
 * A source of request ids: 32 hexadecimal digits, 128 random bits, so that no id says anything about another one, in this
 * process or the next. Also a valid trace-id of W3C Trace Context.
 */
export function createRequestIds(): () => string {
  const pool = Buffer.allocUnsafeSlow(ID_BYTES * IDS_PER_FILL)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const from = used
    used += ID_BYTES
    return pool.toString('hex', from, used)
  }
}
