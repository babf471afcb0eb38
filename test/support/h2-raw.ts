/** HTTP/2 frame by frame (RFC 9113), without anybody's library between the test and the wire. */
import type { Socket } from 'node:net'
import { openRaw } from './raw-client.ts'

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** A frame's bytes. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** 32 bits, for WINDOW_UPDATE and RST_STREAM. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** HPACK literals without indexing and without Huffman (RFC 7541 §6.2.2): any byte in name and value gets through. */
export function encodeFields(list: readonly string[]): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i < list.length; i += 2) {
    parts.push(Buffer.of(0), hpackString(list[i] ?? ''), hpackString(list[i + 1] ?? ''))
  }
  return Buffer.concat(parts)
}

function hpackString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  const length: number[] = []
  if (bytes.length < 127) length.push(bytes.length)
  else {
    length.push(127)
    let rest = bytes.length - 127
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128)
    length.push(rest)
  }
  return Buffer.concat([Buffer.from(length), bytes])
}

/** How one request ended. */
export interface StreamOutcome {
  /** Of the final response. */
  readonly status: number | undefined
  /** RST_STREAM's code. */
  readonly reset: number | undefined
  /** GOAWAY's code, if the whole connection went. */
  readonly goaway: number | undefined
  readonly closed: boolean
}

/** One connection. Everything that comes is kept in `frames`. */
export class H2Raw {
  readonly socket: Socket
  readonly frames: Frame[] = []
  closed = false
  #greeted = false
  #pending: Buffer = Buffer.alloc(0)
  #watchers = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    const gone = (): void => {
      this.closed = true
      this.#wake()
    }
    socket.on('end', gone)
    socket.on('close', gone)
  }

  /** TLS with ALPN h2; nothing is sent. */
  static async open(port: number): Promise<H2Raw> {
    return new H2Raw(await openRaw(port, true, ['h2']))
  }

  /** The same, and the preface. The table size of 0 keeps the server's fields readable for us. */
  static async connect(port: number, settings: readonly (readonly [number, number])[] = []): Promise<H2Raw> {
    const connection = await H2Raw.open(port)
    connection.#greeted = true
    connection.socket.write(PREFACE)
    connection.send(FrameType.settings, 0, 0, encodeSettings([[1, 0], ...settings]))
    // Its SETTINGS are acknowledged before the test speaks: nothing may come between HEADERS and CONTINUATION.
    await connection.until(() =>
      connection.frames.some(({ type, flags }) => type === FrameType.settings && flags === 0),
    )
    return connection
  }

  send(type: number, flags: number, stream: number, payload?: Uint8Array): void {
    this.write(frame(type, flags, stream, payload))
  }

  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  request(stream: number, list: readonly string[], endStream = true): void {
    this.send(
      FrameType.headers,
      Flag.endHeaders | (endStream ? Flag.endStream : 0),
      stream,
      encodeFields(list),
    )
  }

  /** Resolves when the condition holds, the connection is gone or the time is up; says whether it holds. */
  async until(condition: () => boolean, waitMs = 2000): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const check = (): void => {
      if (this.closed || condition()) resolve(undefined)
    }
    this.#watchers.add(check)
    const timer = setTimeout(() => resolve(undefined), waitMs)
    check()
    await promise
    clearTimeout(timer)
    this.#watchers.delete(check)
    return condition()
  }

  /** How the stream ends: response, reset or the connection's end. */
  async outcome(stream: number, waitMs = 2000): Promise<StreamOutcome> {
    const ended = (): boolean =>
      this.goaway !== undefined || this.reset(stream) !== undefined || (this.status(stream) ?? 0) >= 200
    await this.until(ended, waitMs)
    return {
      status: this.status(stream),
      reset: this.reset(stream),
      goaway: this.goaway,
      closed: this.closed,
    }
  }

  status(stream: number): number | undefined {
    return this.frames
      .filter(({ type, stream: id }) => type === FrameType.headers && id === stream)
      .map(({ payload }) => decodeStatus(payload))
      .findLast((status) => status !== undefined)
  }

  reset(stream: number): number | undefined {
    return this.frames
      .find(({ type, stream: id }) => type === FrameType.rstStream && id === stream)
      ?.payload.readUInt32BE()
  }

  get goaway(): number | undefined {
    const codes = this.frames
      .filter(({ type }) => type === FrameType.goaway)
      .map(({ payload }) => payload.readUInt32BE(4))
    return codes.find((code) => code !== 0) ?? codes[0]
  }

  close(): void {
    this.socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk])
    while (this.#pending.length >= 9) {
      const length = this.#pending.readUIntBE(0, 3)
      if (this.#pending.length < 9 + length) break
      const [type = 0, flags = 0] = this.#pending.subarray(3, 5)
      const stream = this.#pending.readUInt32BE(5) & 0x7fffffff
      this.frames.push({ type, flags, stream, payload: this.#pending.subarray(9, 9 + length) })
      this.#pending = this.#pending.subarray(9 + length)
      if (this.#greeted && type === FrameType.settings && (flags & Flag.ack) === 0)
        this.send(FrameType.settings, Flag.ack, 0)
    }
    this.#wake()
  }

  #wake(): void {
    for (const check of this.#watchers) check()
  }
}

/** SETTINGS payload. */
export function encodeSettings(settings: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6)
  for (const [i, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, i * 6)
    payload.writeUInt32BE(value, i * 6 + 2)
  }
  return payload
}

/** RFC 7541 appendix A, entries 8 to 14. */
const STATIC_STATUS = [200, 204, 206, 304, 400, 404, 500]

/** `:status`, which comes first; the client's table of 0 bytes means that it is static or a literal. */
function decodeStatus(block: Buffer): number | undefined {
  let at = 0
  // Dynamic table size updates (RFC 7541 §6.3), here always one byte.
  while (((block[at] ?? 0) & 0xe0) === 0x20) at++
  const first = block[at] ?? 0
  if ((first & 0x80) !== 0) return STATIC_STATUS[(first & 0x7f) - 8]
  const index = (first & 0x40) !== 0 ? first & 0x3f : first & 0x0f
  if (index < 8 || index > 14) return undefined
  const length = block[at + 1] ?? 0
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f))
  const text = (length & 0x80) === 0 ? value.toString('latin1') : digitsOf(value)
  return Number(text)
}

/** Huffman codes of RFC 7541 appendix B, digits only. */
function digitsOf(bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let digits = ''
  while (digits.length < 3 && bits !== '') {
    const short = Number.parseInt(bits.slice(0, 5), 2)
    if (short <= 2) {
      digits += String(short)
      bits = bits.slice(5)
    } else {
      digits += String(Number.parseInt(bits.slice(0, 6), 2) - 0x19 + 3)
      bits = bits.slice(6)
    }
  }
  return digits
}
