/**
 * Bytes that can be recomputed anywhere, so that a download can be checked without keeping it. Each block carries its own
 * number: a lost, doubled or swapped block changes the hash.
 */
import { createHash } from 'node:crypto'

const BLOCK_BYTES = 65_536
const pattern = makePattern()

/** The bytes from `start` up to, not including, `end`, in pieces of at most 64 KiB. */
export function* contentChunks(start: number, end: number): Generator<Buffer> {
  for (let position = start; position < end;) {
    const number = Math.floor(position / BLOCK_BYTES)
    const block = Buffer.from(pattern)
    block.writeUInt32BE(number)
    const from = position - number * BLOCK_BYTES
    const until = Math.min(BLOCK_BYTES, end - number * BLOCK_BYTES)
    yield block.subarray(from, until)
    position = number * BLOCK_BYTES + until
  }
}

/** The hash, in hex, of the first `length` bytes. */
export function contentSha256(length: number): string {
  const hash = createHash('sha256')
  for (const chunk of contentChunks(0, length)) hash.update(chunk)
  return hash.digest('hex')
}

/** xorshift32: no compression and no repetition inside a block, the same on every machine. */
function makePattern(): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  let state = 0x9e3779b9
  for (let offset = 0; offset < BLOCK_BYTES; offset += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    block.writeInt32BE(state | 0, offset)
  }
  return block
}
