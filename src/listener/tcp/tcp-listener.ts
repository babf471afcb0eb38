import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Server as TlsServer, TLSSocket } from 'node:tls'
import type { LimitsConfig } from '../../config/types.ts'
import type { Clock } from '../../core/clock.ts'
import type { CloseReason, Events, HandshakeFailure } from '../../core/events.ts'
import type { Fields, Protocol } from '../../core/exchange.ts'
import type { RequestHandler } from '../../core/ports.ts'
import type { TcpContext } from './context.ts'
import { createH1Server } from './h1.ts'
import { createH2Server } from './h2.ts'
import { type PeerFacts, TcpConnection } from './connection.ts'
import { descriptorOf } from './descriptor.ts'
import type { SecureContexts } from './tls.ts'

/** What a listener does with a connection. A reload may replace it; connections keep what they began with. */
export interface TcpService {
  /** Undefined: plain HTTP/1.1. */
  readonly tls:
    { readonly contexts: SecureContexts; readonly alpn: readonly ('h2' | 'http/1.1')[] } | undefined
  /** Offered on every response of an encrypted connection (RFC 7838), undefined where there is no HTTP/3. */
  readonly altSvc: string | undefined
  /** Answer everything with a redirect to HTTPS on this port. */
  readonly redirectToPort: number | undefined
  readonly limits: LimitsConfig
}

export interface TcpListenerOptions {
  /** '' listens on every address of both families. */
  readonly host: string
  readonly port: number
  readonly service: TcpService
  readonly handler: RequestHandler
  readonly events: Events
  readonly clock: Clock
}

const NO_FIELDS: Fields = []
/**
 * For how long a draining listener leaves an idle HTTP/1.1 connection open: its client may be sending just now, and
 * could not know whether a request on a connection that was cut has been acted on.
 */
const IDLE_GRACE_MS = 5_000
const SWEEP_MS = 500
/** Connections that may wait to be accepted; the system's own maximum caps it. */
const BACKLOG = 4096

/** One TCP address: accepts, does TLS, and hands each socket to the HTTP version that ALPN agreed on. */
export class TcpListener {
  readonly #options: TcpListenerOptions
  /** Accepts only. What becomes of a connection is the service's, so that a reload need not let go of the address. */
  readonly #acceptor: Server
  readonly #h1
  readonly #h2
  readonly #connections = new Map<Duplex, TcpConnection>()
  /** By the client's address and port: node:http2 shows a proxy object where the socket should be. */
  readonly #byPeer = new Map<string, TcpConnection>()
  /** When each TCP connection still in its TLS handshake was accepted. */
  readonly #handshakes = new Map<string, { readonly socket: Socket; readonly acceptedAt: number }>()
  #service: TcpService
  #tls: TlsServer | undefined
  #responseFields: Fields = NO_FIELDS
  #inherited: number | undefined
  #draining = false
  #empty: (() => void) | undefined

  constructor(options: TcpListenerOptions) {
    this.#options = options
    this.#service = options.service
    const service = () => this.#service
    const context: TcpContext = {
      handler: options.handler,
      get limits() {
        return service().limits
      },
      clock: options.clock,
      connectionOf: (socket) => this.#connectionOf(socket),
      responseFields: () => this.#responseFields,
      draining: () => this.#draining,
    }
    this.#h1 = createH1Server(context)
    this.#h2 = createH2Server(context)
    this.#acceptor = createServer({ noDelay: true }, (socket) => this.#accept(socket))
    this.#acceptor.maxConnections = options.service.limits.maxConnections
    this.#acceptor.on('drop', () =>
      options.events.emit('connection:rejected', { reason: 'connection_limit' }),
    )
    this.serve(options.service)
  }

  /** From now on connections get this; those that are open keep what their handshake and their head agreed on. */
  serve(service: TcpService): void {
    this.#service = service
    this.#responseFields = service.altSvc === undefined ? NO_FIELDS : ['alt-svc', service.altSvc]
    this.#h1.headersTimeout = service.limits.headersTimeoutMs
    this.#h1.keepAliveTimeout = service.limits.idleTimeoutMs
    this.#tls = service.tls && this.#tlsServer(service.tls)
  }

  /**
   * Resolves with the bound port; rejects with the system's error (EADDRINUSE, EACCES …). An inherited socket accepts
   * nobody before `begin`.
   */
  async listen(inherited?: { readonly descriptor: number; readonly port: number }): Promise<number> {
    const { host, port } = this.#options
    this.#inherited = inherited?.descriptor
    return inherited?.port ?? (await this.#listen({ port, ...(host === '' ? {} : { host }) }))
  }

  /** Accepts from an inherited socket from now on. */
  async begin(): Promise<void> {
    if (this.#inherited !== undefined) await this.#listen({ fd: this.#inherited })
  }

  /** Of the listening socket, for a successor. */
  get descriptor(): number {
    return descriptorOf(this.#acceptor)
  }

  async #listen(where: ListenOptions & { fd?: number }): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#acceptor.once('error', reject)
    this.#acceptor.listen({ ...where, backlog: BACKLOG }, () => {
      this.#acceptor.off('error', reject)
      const address = this.#acceptor.address()
      resolve(typeof address === 'object' && address !== null ? address.port : this.#options.port)
    })
    return promise
  }

  get connections(): Iterable<TcpConnection> {
    return this.#connections.values()
  }

  countInto(counts: Record<Protocol, number>): void {
    for (const { protocol } of this.#connections.values()) counts[protocol]++
  }

  /**
   * Accepts nobody new and resolves when the last connection has finished. Who is already here, in a handshake as well,
   * is served; answers say that the connection ends.
   */
  async drain(): Promise<void> {
    this.#draining = true
    this.#acceptor.close()
    this.#h2.drain()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#empty = () => resolve(undefined)
    this.#noticeEmpty()
    const { clock } = this.#options
    const drainedAt = clock.now()
    const stopSweeping = clock.every(SWEEP_MS, () => this.#closeIdle(drainedAt))
    await promise
    stopSweeping()
  }

  close(): void {
    this.#draining = true
    this.#acceptor.close()
    this.#h1.close()
    for (const socket of this.#connections.keys()) socket.destroy()
    for (const { socket } of this.#handshakes.values()) socket.destroy()
    this.#noticeEmpty()
  }

  #accept(socket: Socket): void {
    if (this.#tls === undefined) {
      this.#open(socket, 'http/1.1', undefined, false)
      return
    }
    const key = peerKey(socket)
    this.#handshakes.set(key, { socket, acceptedAt: this.#options.clock.now() })
    socket.once('close', () => {
      this.#handshakes.delete(key)
      this.#noticeEmpty()
    })
    this.#tls.emit('connection', socket)
  }

  #tlsServer({ contexts, alpn }: NonNullable<TcpService['tls']>): TlsServer {
    const { events, clock } = this.#options
    const server = contexts.createServer(alpn, this.#service.limits.handshakeTimeoutMs)
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      events.emit('handshake:failed', { reason: handshakeFailure(error) })
      // Node leaves it open, after a handshake that took too long as well.
      socket.destroy()
    })
    server.on('secureConnection', (socket) => {
      const acceptedAt = this.#handshakes.get(peerKey(socket))?.acceptedAt
      this.#handshakes.delete(peerKey(socket))
      const seconds = acceptedAt === undefined ? undefined : (clock.now() - acceptedAt) / 1000
      const protocol = socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1'
      if (protocol === 'http/1.1' && !alpn.includes('http/1.1')) {
        // A client without ALPN speaks HTTP/1.1 (RFC 9112), which this listener does not serve.
        events.emit('handshake:failed', { reason: 'no_shared_alpn' })
        socket.destroy()
        return
      }
      this.#open(socket, protocol, seconds, socket.isSessionReused())
    })
    return server
  }

  #open(
    socket: Socket | TLSSocket,
    protocol: 'h2' | 'http/1.1',
    handshakeSeconds: number | undefined,
    resumed: boolean,
  ): void {
    const { events, clock } = this.#options
    const { redirectToPort } = this.#service
    const connection = new TcpConnection(socket, protocol, 'encrypted' in socket, clock.now(), redirectToPort)
    const peer = peerKey(socket)
    this.#connections.set(socket, connection)
    this.#byPeer.set(peer, connection)
    events.emit('connection:open', { protocol, handshakeSeconds, resumed })
    let reason: CloseReason = 'no_error'
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reason = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'other'
    })
    let initiator: 'local' | 'peer' = 'local'
    socket.once('end', () => {
      initiator = 'peer'
    })
    socket.once('close', () => {
      this.#connections.delete(socket)
      this.#byPeer.delete(peer)
      events.emit('connection:close', {
        protocol,
        reason: this.#draining && reason === 'no_error' ? 'drain' : reason,
        initiator: reason === 'reset' ? 'peer' : initiator,
        durationSeconds: (clock.now() - connection.openedAt) / 1000,
      })
      this.#noticeEmpty()
    })
    if (protocol === 'h2') this.#h2.server.emit('connection', socket)
    else this.#h1.emit('connection', socket)
  }

  #connectionOf(socket: Duplex & PeerFacts): TcpConnection {
    return (
      this.#connections.get(socket) ??
      this.#byPeer.get(peerKey(socket)) ??
      // Closed in this very moment: there is nobody to answer, but what it asked is still counted.
      new TcpConnection(socket, 'http/1.1', 'encrypted' in socket, this.#options.clock.now())
    )
  }

  #closeIdle(drainedAt: number): void {
    const now = this.#options.clock.now()
    for (const [socket, connection] of this.#connections) {
      if (connection.protocol !== 'http/1.1') continue
      if (connection.idleFor(now) >= IDLE_GRACE_MS && now - drainedAt >= IDLE_GRACE_MS) socket.destroy()
    }
  }

  #noticeEmpty(): void {
    if (this.#connections.size === 0 && this.#handshakes.size === 0) this.#empty?.()
  }
}

function peerKey(socket: PeerFacts): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

function handshakeFailure(error: NodeJS.ErrnoException): HandshakeFailure {
  const code = error.code ?? ''
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'timeout'
  if (/NO_APPLICATION_PROTOCOL|NO_SHARED_ALPN/i.test(`${code} ${error.message}`)) return 'no_shared_alpn'
  if (code.startsWith('ERR_SSL')) return 'tls_alert'
  return code === 'ECONNRESET' ? 'transport_error' : 'other'
}
