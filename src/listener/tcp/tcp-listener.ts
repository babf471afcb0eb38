import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { LimitsConfig } from '../../config/types.ts'
import type { Clock } from '../../core/clock.ts'
import type { CloseReason, Events, HandshakeFailure } from '../../core/events.ts'
import type { Fields, Protocol } from '../../core/exchange.ts'
import type { RequestHandler } from '../../core/ports.ts'
import { type H1Context, createH1Server } from './h1.ts'
import { createH2Server } from './h2.ts'
import { type PeerFacts, TcpConnection } from './connection.ts'
import type { SecureContexts } from './tls.ts'

export interface TcpListenerOptions {
  /** '' listens on every address of both families. */
  readonly host: string
  readonly port: number
  /** Undefined: plain HTTP/1.1. */
  readonly tls:
    { readonly contexts: SecureContexts; readonly alpn: readonly ('h2' | 'http/1.1')[] } | undefined
  /** Offered on every response of an encrypted connection (RFC 7838), undefined where there is no HTTP/3. */
  readonly altSvc: string | undefined
  /** Answer everything with a redirect to HTTPS on this port. */
  readonly redirectToPort: number | undefined
  readonly limits: LimitsConfig
  readonly handler: RequestHandler
  readonly events: Events
  readonly clock: Clock
}

const NO_FIELDS: Fields = []

/** One TCP address: accepts, does TLS, and hands each socket to the HTTP version that ALPN agreed on. */
export class TcpListener {
  readonly #options: TcpListenerOptions
  readonly #server: Server
  readonly #h1
  readonly #h2
  readonly #connections = new Map<Duplex, TcpConnection>()
  /** By the client's address and port: node:http2 shows a proxy object where the socket should be. */
  readonly #byPeer = new Map<string, TcpConnection>()
  /** When each TCP connection still in its TLS handshake was accepted, by the client's address and port. */
  readonly #handshakes = new Map<string, number>()
  readonly #responseFields: Fields
  #draining = false
  #empty: (() => void) | undefined

  constructor(options: TcpListenerOptions) {
    this.#options = options
    this.#responseFields = options.altSvc === undefined ? NO_FIELDS : ['alt-svc', options.altSvc]
    const context: H1Context = {
      handler: options.handler,
      limits: options.limits,
      connectionOf: (socket) => this.#connectionOf(socket),
      responseFields: () => this.#responseFields,
      draining: () => this.#draining,
    }
    this.#h1 = createH1Server(context)
    this.#h2 = createH2Server({ ...context, clock: options.clock })
    this.#server = options.tls === undefined ? this.#plainServer() : this.#tlsServer(options.tls)
    this.#server.maxConnections = options.limits.maxConnections
    this.#server.on('drop', () => options.events.emit('connection:rejected', { reason: 'connection_limit' }))
  }

  /** Resolves with the bound port; rejects with the system's error (EADDRINUSE, EACCES …). */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const { host, port } = this.#options
    this.#server.once('error', reject)
    this.#server.listen({ port, ...(host === '' ? {} : { host }), backlog: 4096 }, () => {
      this.#server.off('error', reject)
      const address = this.#server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
    return promise
  }

  countInto(counts: Record<Protocol, number>): void {
    for (const { protocol } of this.#connections.values()) counts[protocol]++
  }

  /** Accepts nobody new, lets go of idle connections, and resolves when the busy ones have finished. */
  async drain(): Promise<void> {
    this.#draining = true
    this.#server.close()
    this.#h2.drain()
    this.#h1.closeIdleConnections()
    if (this.#connections.size === 0) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#empty = () => resolve(undefined)
    await promise
  }

  close(): void {
    this.#draining = true
    this.#server.close()
    this.#h1.close()
    for (const socket of this.#connections.keys()) socket.destroy()
  }

  #plainServer(): Server {
    return createServer({ noDelay: true }, (socket) => this.#open(socket, 'http/1.1', undefined, false))
  }

  #tlsServer({ contexts, alpn }: NonNullable<TcpListenerOptions['tls']>): Server {
    const { events, limits, clock } = this.#options
    const server = contexts.createServer(alpn, limits.handshakeTimeoutMs)
    server.on('connection', (socket: Socket) => {
      const key = peerKey(socket)
      this.#handshakes.set(key, clock.now())
      socket.once('close', () => this.#handshakes.delete(key))
    })
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      events.emit('handshake:failed', { reason: handshakeFailure(error) })
      // Node leaves it open, after a handshake that took too long as well.
      socket.destroy()
    })
    server.on('secureConnection', (socket) => {
      const startedAt = this.#handshakes.get(peerKey(socket))
      this.#handshakes.delete(peerKey(socket))
      const seconds = startedAt === undefined ? undefined : (clock.now() - startedAt) / 1000
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
    const { tls, redirectToPort } = this.#options
    const connection = new TcpConnection(socket, protocol, tls !== undefined, clock.now(), redirectToPort)
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
      if (this.#connections.size === 0) this.#empty?.()
    })
    if (protocol === 'h2') this.#h2.server.emit('connection', socket)
    else this.#h1.emit('connection', socket)
  }

  #connectionOf(socket: Duplex & PeerFacts): TcpConnection {
    return (
      this.#connections.get(socket) ??
      this.#byPeer.get(peerKey(socket)) ??
      // Closed in this very moment: there is nobody to answer, but what it asked is still counted.
      new TcpConnection(socket, 'http/1.1', this.#options.tls !== undefined, this.#options.clock.now())
    )
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
