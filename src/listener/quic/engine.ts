/**
 * The QUIC engine for the rest of Roam: the one implementation of contract.ts. It packs calls into records for Rust
 * (engine-records.ts), unpacks Rust's batches into calls of the handler (engine-events.ts), and decides nothing.
 */
import type {
  AddressValidation,
  Engine,
  EngineCertificate,
  EngineCounters,
  EngineHandler,
  EngineOptions,
  Fields,
  InheritedSocket,
  TakeoverPeer,
} from './contract.ts'
import { loadAddon, type NativeEngine } from './engine-addon.ts'
import { EventReader } from './engine-events.ts'
import { nativePeer } from './engine-takeover.ts'
import { AWAITS_WRITABLE, END, Operation, RecordWriter } from './engine-records.ts'
import { SendWindows } from './engine-windows.ts'

/** H3_INTERNAL_ERROR (RFC 9114 §8.1). */
const INTERNAL_ERROR = 0x102

/** In the order in which Rust lists them (native/core/src/counters.rs). */
const COUNTERS = [
  'activeConnections',
  'halfOpenConnections',
  'retrySent',
  'retryValidated',
  'retryErrors',
  'versionNegotiations',
  'statelessResets',
  'rejectedConnectionLimit',
  'rejectedInvalidToken',
  'rejectedDraining',
  'droppedTooShort',
  'droppedUnknownConnection',
  'droppedParseError',
  'droppedDecryptError',
  'droppedBufferFull',
  'droppedOther',
  'sendErrorsAgain',
  'sendErrorsNoBuffers',
  'sendErrorsMessageSize',
  'sendErrorsOther',
  'receiveErrorsOther',
  'panics',
  'rejectedRequests',
  'datagramsForwarded',
] as const satisfies readonly (keyof EngineCounters)[]

export interface EngineAddress {
  readonly host: string
  readonly port: number
}

/**
 * Binds at once and starts serving; on an inherited socket it waits for `read`. Host '' or '*' is every address of both families where the machine has IPv6, '::'
 * is dual-stack too. Throws an Error with a `code`: EADDRINUSE, EACCES, ERR_CERTIFICATE, ERR_ADDON_MISSING, …
 */
export function createEngine(
  address: EngineAddress | InheritedSocket,
  options: EngineOptions,
  handler: EngineHandler,
): Engine {
  return new NativeBackedEngine(address, options, handler)
}

class NativeBackedEngine implements Engine {
  readonly port: number
  readonly #native: NativeEngine
  readonly #records: RecordWriter
  readonly #windows: SendWindows
  readonly #handler: EngineHandler
  readonly #drained = Promise.withResolvers<undefined>()
  readonly #stopped = Promise.withResolvers<undefined>()

  #yielded: PromiseWithResolvers<string> | undefined

  constructor(address: EngineAddress | InheritedSocket, options: EngineOptions, handler: EngineHandler) {
    this.#handler = handler
    this.#windows = new SendWindows(options.sendBufferBytes)
    const reader = new EventReader(this.#windows.observe(handler), {
      drained: () => this.#drained.resolve(undefined),
      yielded: (young) => this.#yielded?.resolve(young),
      stopped: () => {
        this.#drained.resolve(undefined)
        this.#stopped.resolve(undefined)
      },
      handlerFailed: (conn, error) => this.#handlerFailed(conn, error),
    })
    const { NativeEngine } = loadAddon()
    const notify = () => reader.read(native)
    const native =
      'host' in address
        ? new NativeEngine(address.host, address.port, options, notify)
        : NativeEngine.inherit(address, options, notify)
    this.#native = native
    this.#records = new RecordWriter(native)
    this.port = native.port
  }

  inform(conn: number, stream: number, status: number, fields: Fields): void {
    this.#records.fields(Operation.inform, conn, stream, status, fields)
  }

  respond(conn: number, stream: number, status: number, fields: Fields, end: boolean): void {
    this.#records.fields(Operation.respond, conn, stream, end ? status | END : status, fields)
  }

  write(conn: number, stream: number, chunk: Uint8Array, end: boolean): boolean {
    // After the last chunk nobody waits, so there is nothing to keep account of.
    const goOn = end || this.#windows.spend(conn, stream, chunk.length)
    const flags = (end ? END : 0) | (goOn ? 0 : AWAITS_WRITABLE)
    this.#records.bytes(Operation.write, conn, stream, flags, chunk)
    return goOn
  }

  end(conn: number, stream: number, trailers: Fields): void {
    this.#records.fields(Operation.end, conn, stream, 0, trailers)
  }

  credit(conn: number, stream: number, bytes: number): void {
    this.#records.plain(Operation.credit, conn, stream, bytes)
  }

  reset(conn: number, stream: number, code: number): void {
    this.#records.plain(Operation.reset, conn, stream, code)
  }

  stopSending(conn: number, stream: number, code: number): void {
    this.#records.plain(Operation.stopSending, conn, stream, code)
  }

  closeConnection(conn: number, code: number): void {
    this.#records.plain(Operation.close, conn, 0, code)
  }

  counters(): EngineCounters {
    const values = this.#native.counters()
    const named = COUNTERS.map((name, index) => [name, values[index] ?? 0])
    return Object.fromEntries(named) as Record<(typeof COUNTERS)[number], number>
  }

  setCertificates(certificates: readonly EngineCertificate[]): void {
    this.#native.setCertificates(certificates)
  }

  setAddressValidation(mode: AddressValidation): void {
    this.#native.setAddressValidation(mode)
  }

  offer(peer: TakeoverPeer): readonly number[] {
    return this.#native.offer(nativePeer(peer))
  }

  yieldSocket(): Promise<string> {
    this.#yielded = Promise.withResolvers<string>()
    this.#native.yieldSocket()
    return this.#yielded.promise
  }

  read(young: string): void {
    this.#native.read(young)
  }

  drain(): Promise<void> {
    this.#records.flush()
    this.#native.drain()
    return this.#drained.promise
  }

  close(): Promise<void> {
    this.#records.flush()
    this.#native.close()
    return this.#stopped.promise
  }

  /** A handler that threw has lost track of that connection: it ends, the others go on. */
  #handlerFailed(conn: number, error: unknown): void {
    this.closeConnection(conn, INTERNAL_ERROR)
    if (this.#handler.onError) this.#handler.onError(conn, error)
    // Nobody wants to know: then it is an uncaught exception, like one in any other callback.
    else
      setImmediate(() => {
        throw error
      })
  }
}
