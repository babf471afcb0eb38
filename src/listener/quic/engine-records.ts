/**
 * Commands on their way to Rust: packed one after the other into one buffer that is handed over once per turn of the
 * event loop. `native/core/src/records.rs` is the reader and describes the format.
 */
import type { Fields } from './contract.ts'
import type { NativeEngine } from './engine-addon.ts'

const HEAD_WORDS = 5
const HEAD_BYTES = 4 * HEAD_WORDS
/** The buffer's size, and the fill at which it is handed over before the turn ends. */
const BUFFER_BYTES = 256 * 1024
const FLUSH_BYTES = 64 * 1024

export const Operation = {
  inform: 1,
  respond: 2,
  write: 3,
  end: 4,
  credit: 5,
  reset: 6,
  stopSending: 7,
  close: 8,
} as const
type Operation = (typeof Operation)[keyof typeof Operation]

/** Bits of a record's argument. */
export const END = 1 << 16
export const AWAITS_WRITABLE = 1 << 17
const COUNT_SHIFT = 18

export class RecordWriter {
  readonly #native: Pick<NativeEngine, 'submit' | 'submitLarge'>
  readonly #bytes = Buffer.from(new ArrayBuffer(BUFFER_BYTES))
  readonly #words = new Uint32Array(this.#bytes.buffer)
  #used = 0
  #scheduled = false

  constructor(native: Pick<NativeEngine, 'submit' | 'submitLarge'>) {
    this.#native = native
  }

  /** A record without payload. */
  plain(operation: Operation, conn: number, stream: number, argument: number): void {
    this.#room(0)
    this.#head(operation, conn, stream, argument, 0)
  }

  /** A record with a field list. */
  fields(operation: Operation, conn: number, stream: number, argument: number, fields: Fields): void {
    const text = fields.length === 0 ? '' : `${fields.join('\0')}\0`
    const counted = argument | (fields.length << COUNT_SHIFT)
    if (text.length > FLUSH_BYTES) {
      this.#large(operation, conn, stream, counted, Buffer.from(text, 'latin1'))
      return
    }
    this.#room(text.length)
    this.#bytes.write(text, this.#used + HEAD_BYTES, 'latin1')
    this.#head(operation, conn, stream, counted, text.length)
  }

  /** A record with bytes, which are copied. */
  bytes(operation: Operation, conn: number, stream: number, argument: number, chunk: Uint8Array): void {
    if (chunk.length > FLUSH_BYTES) {
      this.#large(operation, conn, stream, argument, chunk)
      return
    }
    this.#room(chunk.length)
    this.#bytes.set(chunk, this.#used + HEAD_BYTES)
    this.#head(operation, conn, stream, argument, chunk.length)
  }

  flush(): void {
    if (this.#used === 0) return
    const packed = this.#bytes.subarray(0, this.#used)
    this.#used = 0
    this.#native.submit(packed)
  }

  /** A payload that would fill the buffer goes by itself, after what came before it, and without a copy here. */
  #large(operation: Operation, conn: number, stream: number, argument: number, payload: Uint8Array): void {
    this.flush()
    const head = [operation, conn, stream / 4, argument >>> 0, payload.length]
    this.#native.submitLarge(new Uint8Array(Uint32Array.from(head).buffer), payload)
  }

  #room(payload: number): void {
    if (this.#used + HEAD_BYTES + payload + 4 > BUFFER_BYTES) this.flush()
  }

  #head(operation: Operation, conn: number, stream: number, argument: number, payload: number): void {
    const at = this.#used >> 2
    this.#words[at] = operation
    this.#words[at + 1] = conn
    this.#words[at + 2] = stream / 4
    this.#words[at + 3] = argument
    this.#words[at + 4] = payload
    this.#used = (this.#used + HEAD_BYTES + payload + 3) & ~3
    if (this.#used >= FLUSH_BYTES) this.flush()
    else this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.flush()
    })
  }
}
