import type { DownstreamConnection, Protocol } from '../../core/exchange.ts'
import type { ConnectionView } from '../../core/ports.ts'
import { nextConnectionId } from '../connection-id.ts'

/** What a socket knows of its peer while it is connected; TLS sockets and node:http2's proxies of sockets do too. */
export interface PeerFacts {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localPort?: number | undefined
  readonly bytesRead?: number
}

/** One accepted TCP connection, as requests see it. Facts are copied: a closed socket forgets its addresses. */
export class TcpConnection implements DownstreamConnection {
  readonly id = nextConnectionId()
  readonly protocol: Protocol
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort: number
  /** A TCP connection cannot move. */
  readonly migrations = 0
  readonly encrypted: boolean
  readonly openedAt: number
  readonly redirectToPort: number | undefined
  backendId: string | undefined
  /** Begun on it so far. */
  requests = 0
  /** When its last request ended, or a byte was last seen to have come; `openedAt` at first. */
  idleSince: number
  #running = 0
  #bytesSeen = 0
  readonly #socket: PeerFacts
  readonly #handshakeBytes: number

  constructor(
    socket: PeerFacts,
    protocol: Protocol,
    encrypted: boolean,
    openedAt: number,
    redirectToPort?: number,
  ) {
    this.protocol = protocol
    this.encrypted = encrypted
    this.openedAt = openedAt
    this.idleSince = openedAt
    this.redirectToPort = redirectToPort
    this.#socket = socket
    this.#handshakeBytes = socket.bytesRead ?? 0
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '')
    this.remotePort = socket.remotePort ?? 0
    this.localPort = socket.localPort ?? 0
  }

  /** A request begins. */
  begin(): void {
    this.requests++
    this.#running++
  }

  /** A request is over, whatever became of it. */
  finish(now: number): void {
    this.#running--
    this.idleSince = now
  }

  /** Milliseconds without a request; 0 while there is one, or while the bytes of one have been coming in. */
  idleFor(now: number): number {
    const bytes = this.#socket.bytesRead ?? 0
    if (this.#running > 0 || bytes !== this.#bytesSeen) this.idleSince = now
    this.#bytesSeen = bytes
    return now - this.idleSince
  }

  view(now: number): ConnectionView {
    const { id, protocol, remoteAddress, remotePort, localPort, requests, migrations, backendId } = this
    const ageSeconds = (now - this.openedAt) / 1000
    return {
      ...{ id, protocol, remoteAddress, remotePort, localPort, ageSeconds, requests, migrations, backendId },
      path: undefined,
    }
  }

  /** Not a byte came since the connection was open (TLS handshake done, where there is TLS). */
  get isSilent(): boolean {
    return (this.#socket.bytesRead ?? 0) === this.#handshakeBytes
  }
}

/** A dual-stack socket reports IPv4 peers as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2); everybody else knows them by a.b.c.d. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
