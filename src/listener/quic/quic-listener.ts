import type { Clock } from '../../core/clock.ts'
import { RoamError } from '../../core/errors.ts'
import type { Events } from '../../core/events.ts'
import type { DownstreamConnection, RawHead } from '../../core/exchange.ts'
import type { ConnectionView, RequestHandler } from '../../core/ports.ts'
import { splitPseudo } from '../../http/pseudo.ts'
import { checkRequestTrailers } from '../../http/trailers.ts'
import { nextConnectionId } from '../connection-id.ts'
import type {
  ConnectionInfo,
  Engine,
  EngineCertificate,
  EngineHandler,
  EngineOptions,
  Fields,
  InheritedSocket,
  Sample,
} from './contract.ts'
import { createEngine } from './engine.ts'
import { H3Downstream } from './h3-downstream.ts'

export interface QuicListenerOptions {
  /** '' listens on every address of both families. */
  readonly host: string
  readonly port: number
  readonly engine: EngineOptions
  readonly handler: RequestHandler
  readonly events: Events
  readonly clock: Clock
  /** The engine as a whole has failed; it is closed. */
  onFailure(message: string): void
}

/** A QUIC connection, as requests see it. Its address is the one it has now: a migration changes it. */
class QuicConnection implements DownstreamConnection {
  readonly id = nextConnectionId()
  readonly protocol = 'h3'
  readonly encrypted = true
  readonly localPort: number
  remoteAddress: string
  remotePort: number
  migrations = 0
  backendId: string | undefined
  requests = 0
  readonly streams = new Map<number, H3Downstream>()
  readonly #openedAt: number
  #path: ConnectionView['path']

  constructor(info: ConnectionInfo, openedAt: number) {
    this.#openedAt = openedAt
    this.remoteAddress = info.remoteAddress
    this.remotePort = info.remotePort
    this.localPort = info.localPort
  }

  note({ rttSeconds, congestionWindowBytes, packetsSent, packetsLost }: Sample): void {
    this.#path = {
      rttSeconds,
      congestionWindowBytes,
      packetsSent: (this.#path?.packetsSent ?? 0) + packetsSent,
      packetsLost: (this.#path?.packetsLost ?? 0) + packetsLost,
    }
  }

  view(now: number): ConnectionView {
    const { id, protocol, remoteAddress, remotePort, localPort, requests, migrations, backendId } = this
    const ageSeconds = (now - this.#openedAt) / 1000
    return {
      ...{ id, protocol, remoteAddress, remotePort, localPort, ageSeconds, requests, migrations, backendId },
      path: this.#path,
    }
  }
}

/** One UDP address: turns the engine's calls into exchanges and events. */
export class QuicListener implements EngineHandler {
  readonly #options: QuicListenerOptions
  readonly #connections = new Map<number, QuicConnection>()
  #engine: Engine | undefined
  #inherited = false

  constructor(options: QuicListenerOptions) {
    this.#options = options
  }

  /** Binds now, or takes an inherited socket, which serves nobody before `begin`. Throws the system's error (EADDRINUSE, EACCES) or ERR_ADDON_MISSING. Returns the bound port. */
  listen(inherited?: InheritedSocket): number {
    const { host, port, engine } = this.#options
    this.#inherited = inherited !== undefined
    this.#engine = createEngine(inherited ?? { host, port }, engine, this)
    return this.#engine.port
  }

  /** Reads from an inherited socket from now on; `young`: see `Engine.read`. */
  begin(young: string): void {
    if (this.#inherited) this.engine.read(young)
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('listen() comes first')
    return this.#engine
  }

  get activeConnections(): number {
    return this.#connections.size
  }

  get connections(): Iterable<QuicConnection> {
    return this.#connections.values()
  }

  /** For new connections; throws, and keeps the old ones, if a pair does not fit. */
  setCertificates(certificates: readonly EngineCertificate[]): void {
    this.engine.setCertificates(certificates)
  }

  async drain(): Promise<void> {
    await this.#engine?.drain()
  }

  async close(): Promise<void> {
    await this.#engine?.close()
  }

  connectionOpened(conn: number, info: ConnectionInfo): void {
    this.#connections.set(conn, new QuicConnection(info, this.#options.clock.now()))
    this.#options.events.emit('connection:open', {
      protocol: 'h3',
      handshakeSeconds: info.handshakeSeconds,
      resumed: info.resumed,
    })
  }

  connectionClosed(conn: number, info: Parameters<EngineHandler['connectionClosed']>[1]): void {
    const connection = this.#connections.get(conn)
    if (connection === undefined) return
    this.#connections.delete(conn)
    const lost = new RoamError('CLIENT_GONE', `QUIC connection closed (${info.reason}, code ${info.code})`)
    for (const stream of connection.streams.values()) stream.lost(lost)
    this.#options.events.emit('connection:close', {
      protocol: 'h3',
      reason: info.reason,
      initiator: info.initiator,
      durationSeconds: info.durationSeconds,
    })
  }

  handshakeFailed(reason: Parameters<EngineHandler['handshakeFailed']>[0]): void {
    this.#options.events.emit('handshake:failed', { reason })
  }

  request(conn: number, stream: number, fields: Fields, end: boolean, early: boolean): void {
    const connection = this.#connections.get(conn)
    if (connection === undefined) return
    const downstream = new H3Downstream(this.engine, connection, conn, stream, !end, lengthOf(fields))
    connection.streams.set(stream, downstream)
    connection.requests++
    this.#options.handler.handle(downstream, readHead(fields, !end, early))
  }

  data(conn: number, stream: number, chunk: Buffer): void {
    this.#stream(conn, stream)?.bodyData(chunk)
  }

  bodyEnd(conn: number, stream: number, trailers: Fields): void {
    const downstream = this.#stream(conn, stream)
    // RFC 9110 §6.5.1: trailers may be discarded; undici has no way to send them on. Malformed ones still spoil the request.
    try {
      checkRequestTrailers(trailers)
    } catch (error) {
      if (!(error instanceof RoamError)) throw error
      downstream?.body?.fail(error)
      return
    }
    downstream?.bodyEnd()
  }

  requestReset(conn: number, stream: number, code: number): void {
    this.#stream(conn, stream)?.lost(new RoamError('CLIENT_GONE', `client reset its request (code ${code})`))
  }

  responseStopped(conn: number, stream: number, code: number): void {
    this.#stream(conn, stream)?.lost(
      new RoamError('CLIENT_GONE', `client stopped the response (code ${code})`),
    )
  }

  writable(conn: number, stream: number): void {
    this.#stream(conn, stream)?.drained()
  }

  streamClosed(conn: number, stream: number): void {
    this.#connections.get(conn)?.streams.delete(stream)
  }

  path(conn: number, event: Parameters<EngineHandler['path']>[1]): void {
    const connection = this.#connections.get(conn)
    if (connection === undefined) return
    if (event.kind === 'migrated' && event.success) {
      connection.remoteAddress = event.remoteAddress
      connection.remotePort = event.remotePort
      connection.migrations++
    }
    const { remoteAddress } = connection
    this.#options.events.emit('transport:path', { connection: conn, remoteAddress, event })
  }

  sample(conn: number, sample: Parameters<EngineHandler['sample']>[1]): void {
    const connection = this.#connections.get(conn)
    connection?.note(sample)
    const remoteAddress = connection?.remoteAddress ?? ''
    this.#options.events.emit('transport:sample', { connection: conn, remoteAddress, sample })
  }

  failed(message: string): void {
    this.#options.onFailure(message)
  }

  #stream(conn: number, stream: number): H3Downstream | undefined {
    return this.#connections.get(conn)?.streams.get(stream)
  }
}

function readHead(fields: Fields, hasBody: boolean, early: boolean): RawHead | RoamError {
  try {
    return { ...splitPseudo(fields), version: '3', hasBody, early }
  } catch (error) {
    if (error instanceof RoamError) return error
    throw error
  }
}

/** quiche does not compare a body with its content-length (RFC 9114 §4.1.2); the validator judges the field's syntax. */
function lengthOf(fields: Fields): number | undefined {
  const at = fields.indexOf('content-length')
  const value = at === -1 ? undefined : fields[at + 1]
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
