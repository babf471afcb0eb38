/** Bodies that tell their offset, so that a lost, doubled or swapped chunk changes the hash. */
import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { Readable } from 'node:stream'

const CHUNK = 64 * 1024

/** `length` bytes from `offset` (a multiple of 8) on: each eight bytes are their offset, big-endian. */
export function pattern(offset: number, length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 8) * 2)
  for (let at = 0; at < words.length; at += 2) {
    const value = offset + at * 4
    words[at] = Math.floor(value / 2 ** 32)
    words[at + 1] = value
  }
  const chunk = Buffer.from(words.buffer)
  if (endianness() === 'LE') chunk.swap32()
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
