import type { DownstreamConnection, Protocol } from '../../core/exchange.ts'

/** What a socket knows of its peer while it is connected; TLS sockets and node:http2's proxies of sockets do too. */
export interface PeerFacts {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localPort?: number | undefined
  readonly bytesRead?: number
}

/** One accepted TCP connection, as requests see it. Facts are copied: a closed socket forgets its addresses. */
export class TcpConnection implements DownstreamConnection {
  readonly protocol: Protocol
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort: number
  /** A TCP connection cannot move. */
  readonly migrations = 0
  readonly encrypted: boolean
  readonly openedAt: number
  readonly redirectToPort: number | undefined
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
    this.redirectToPort = redirectToPort
    this.#socket = socket
    this.#handshakeBytes = socket.bytesRead ?? 0
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '')
    this.remotePort = socket.remotePort ?? 0
    this.localPort = socket.localPort ?? 0
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
