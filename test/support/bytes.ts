/** Bodies that tell their offset, so that a lost, doubled or swapped chunk changes the hash. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

const CHUNK = 64 * 1024

/** `length` bytes from `offset` (a multiple of 8) on: each eight bytes are their offset, big-endian. */
export function pattern(offset: number, length: number): Buffer {
  const chunk = Buffer.alloc(Math.ceil(length / 8) * 8)
  for (let at = 0; at < chunk.length; at += 8) chunk.writeBigUInt64BE(BigInt(offset + at), at)
  return chunk.subarray(0, length)
}

/** The pattern as a stream that makes no byte before it is asked for. */
export function patternStream(length: number): Readable {
  let offset = 0
  return new Readable({
    highWaterMark: CHUNK,
    read() {
      if (offset >= length) {
        this.push(null)
        return
      }
      const chunk = pattern(offset, Math.min(CHUNK, length - offset))
      offset += chunk.length
      this.push(chunk)
    },
  })
}

/** Hash of the first `length` bytes of the pattern. */
export function patternSha256(length: number): string {
  const hash = createHash('sha256')
  for (let offset = 0; offset < length; offset += CHUNK)
    hash.update(pattern(offset, Math.min(CHUNK, length - offset)))
  return hash.digest('hex')
}
