/**
 * Events on their way from Rust: a batch is read in one go and told to the handler in order.
 * `native/core/src/border.rs` is the writer and describes the format.
 */
import type { CloseReason, EngineHandler, Fields, HandshakeFailure, PathEvent, Sample } from './contract.ts'
import type { NativeEngine } from './engine-addon.ts'

const WORDS = 5
const FIRST_WORDS = WORDS * 1024
const FIRST_NUMBERS = 1024

const Kind = {
  opened: 1,
  closed: 2,
  handshakeFailed: 3,
  request: 4,
  data: 5,
  bodyEnd: 6,
  requestReset: 7,
  responseStopped: 8,
  writable: 9,
  streamClosed: 10,
  migrated: 11,
  validated: 12,
  sample: 13,
  drained: 14,
  stopped: 15,
  failed: 16,
  yielded: 17,
} as const

const CLOSE_REASONS: readonly CloseReason[] = [
  'no_error',
  'idle_timeout',
  'handshake_timeout',
  'protocol_error',
  'application_error',
  'reset',
  'drain',
  'other',
]
const HANDSHAKE_FAILURES: readonly HandshakeFailure[] = [
  'timeout',
  'tls_alert',
  'no_shared_alpn',
  'transport_error',
  'other',
]

/** What concerns the engine as a whole, beside the handler. */
export interface EngineNews {
  drained(): void
  /** `young`: see `Engine.yieldSocket`. */
  yielded(young: string): void
  stopped(): void
  /** The handler threw while it was told something of `conn`. */
  handlerFailed(conn: number, error: unknown): void
}

export class EventReader {
  readonly #handler: EngineHandler
  readonly #news: EngineNews
  #words = new Uint32Array(FIRST_WORDS)
  #numbers = new Float64Array(FIRST_NUMBERS)
  /** The batch that is being read, and how far its parts were consumed. */
  #text: readonly string[] = []
  #textAt = 0
  #bytes: Buffer = Buffer.alloc(0)
  #bytesAt = 0
  #numbersAt = 0

  constructor(handler: EngineHandler, news: EngineNews) {
    this.#handler = handler
    this.#news = news
  }

  read(native: NativeEngine): void {
    let [text, bytes, words, numbers] = native.take(this.#words, this.#numbers)
    if (words > this.#words.length || numbers > this.#numbers.length) {
      this.#words = new Uint32Array(Math.max(this.#words.length, 2 * words))
      this.#numbers = new Float64Array(Math.max(this.#numbers.length, 2 * numbers))
      ;[text, bytes, words, numbers] = native.take(this.#words, this.#numbers)
    }
    this.#text = text === '' ? [] : text.split('\0')
    this.#bytes = bytes
    this.#textAt = this.#bytesAt = this.#numbersAt = 0
    for (let at = 0; at < words; at += WORDS) this.#one(at)
  }

  /** One failing call must not cost the other connections their news, nor shift what follows. */
  #one(at: number): void {
    const word = (offset: number) => this.#words[at + offset] ?? 0
    const conn = word(1)
    try {
      this.#tell(word(0), conn, word(2) * 4, word(3), word(4))
    } catch (error) {
      this.#news.handlerFailed(conn, error)
    }
  }

  #tell(kind: number, conn: number, stream: number, a: number, b: number): void {
    const handler = this.#handler
    switch (kind) {
      case Kind.request:
        handler.request(conn, stream, this.#strings(a), (b & 1) === 1, (b & 2) === 2)
        break
      case Kind.data:
        handler.data(conn, stream, this.#chunk(a))
        break
      case Kind.bodyEnd:
        handler.bodyEnd(conn, stream, this.#strings(a))
        break
      case Kind.requestReset:
        handler.requestReset(conn, stream, this.#number())
        break
      case Kind.responseStopped:
        handler.responseStopped(conn, stream, this.#number())
        break
      case Kind.writable:
        handler.writable(conn, stream)
        break
      case Kind.streamClosed:
        handler.streamClosed(conn, stream)
        break
      case Kind.drained:
        this.#news.drained()
        break
      case Kind.yielded:
        this.#news.yielded(this.#string())
        break
      case Kind.stopped:
        this.#news.stopped()
        break
      case Kind.failed:
        handler.failed(this.#string())
        break
      default:
        this.#tellOfConnection(kind, conn, a, b)
    }
  }

  #tellOfConnection(kind: number, conn: number, a: number, b: number): void {
    const handler = this.#handler
    switch (kind) {
      case Kind.opened: {
        const [remoteAddress, localAddress, serverName] = [this.#string(), this.#string(), this.#string()]
        const [remotePort, localPort, handshakeSeconds] = [this.#number(), this.#number(), this.#number()]
        const info = { remoteAddress, remotePort, localAddress, localPort, serverName, handshakeSeconds }
        handler.connectionOpened(conn, { ...info, resumed: a === 1 })
        break
      }
      case Kind.closed: {
        const [code, durationSeconds] = [this.#number(), this.#number()]
        const reason = CLOSE_REASONS[a] ?? 'other'
        handler.connectionClosed(conn, {
          reason,
          initiator: b === 1 ? 'peer' : 'local',
          code,
          durationSeconds,
        })
        break
      }
      case Kind.handshakeFailed:
        handler.handshakeFailed(HANDSHAKE_FAILURES[a] ?? 'other')
        break
      case Kind.migrated:
        handler.path(conn, this.#migration(a, b))
        break
      case Kind.validated:
        handler.path(conn, { kind: 'validated', success: a === 1, seconds: this.#number() })
        break
      case Kind.sample:
        handler.sample(conn, this.#sample(a === 1))
        break
    }
  }

  #migration(a: number, flags: number): PathEvent {
    const remoteAddress = this.#string()
    const [remotePort, seconds] = [this.#number(), this.#number()]
    const reason = a === 1 ? 'address_change' : 'nat_rebinding'
    const [success, wasIdle] = [(flags & 1) === 1, (flags & 2) === 2]
    return { kind: 'migrated', reason, success, seconds, remoteAddress, remotePort, wasIdle }
  }

  /** Properties in the order of the numbers: each initialiser consumes the next one. */
  #sample(final: boolean): Sample {
    return {
      packetsSent: this.#number(),
      packetsReceived: this.#number(),
      packetsLost: this.#number(),
      packetsRetransmitted: this.#number(),
      spuriousLosses: this.#number(),
      probeTimeouts: this.#number(),
      bytesSent: this.#number(),
      bytesReceived: this.#number(),
      amplificationLimited: this.#number(),
      connectionBlocked: this.#number(),
      streamBlocked: this.#number(),
      streamsBidiBlocked: this.#number(),
      streamsUniBlocked: this.#number(),
      rttSeconds: this.#number(),
      minRttSeconds: this.#number(),
      congestionWindowBytes: this.#number(),
      deliveryRate: this.#number(),
      pathMtuBytes: this.#number(),
      final,
    }
  }

  #strings(count: number): Fields {
    const start = this.#textAt
    this.#textAt += count
    return this.#text.slice(start, this.#textAt)
  }

  #string(): string {
    return this.#text[this.#textAt++] ?? ''
  }

  #chunk(length: number): Buffer {
    const start = this.#bytesAt
    this.#bytesAt += length
    return this.#bytes.subarray(start, this.#bytesAt)
  }

  #number(): number {
    return this.#numbers[this.#numbersAt++] ?? 0
  }
}
