/**
 * What the QUIC engine (native/) offers to TypeScript, in TypeScript's words. `engine.ts` is the one implementation:
 * it packs calls into records for Rust and unpacks Rust's batches into calls of a handler. No decision is taken here.
 */

import type { EngineCounters, PathEvent, Sample } from '../../core/transport.ts'
import type { CloseReason, HandshakeFailure } from '../../core/events.ts'
import type { Fields } from '../../core/exchange.ts'

export type { CloseReason, EngineCounters, Fields, HandshakeFailure, PathEvent, Sample }

export type CongestionControl = 'cubic' | 'reno' | 'bbr'
/** Retry (RFC 9000 §8.1.2): `auto` asks for it only above a number of half-open connections. */
export type AddressValidation = 'auto' | 'always' | 'off'

export interface EngineCertificate {
  /** PEM chain, leaf first. */
  readonly cert: string
  /** PEM private key. */
  readonly key: string
  /** DNS names, lower case, `*.example.org` allowed; the first certificate of a list also serves unknown names. */
  readonly names: readonly string[]
}

/** Every limit is finite; units are in the names. Durations are milliseconds because that is what crosses the border. */
export interface EngineOptions {
  readonly certificates: readonly EngineCertificate[]
  readonly congestionControl: CongestionControl
  readonly addressValidation: AddressValidation
  /** `auto` sends Retry while at least this many connections are half-open (HAProxy's quic retry-threshold is 100). */
  readonly retryThreshold: number
  readonly earlyData: boolean
  readonly maxIdleTimeoutMs: number
  readonly handshakeTimeoutMs: number
  readonly maxConnections: number
  readonly maxConcurrentStreams: number
  /** Receive window of a stream at the start, and the ceiling of its auto-tuning, in bytes. */
  readonly streamWindowBytes: number
  readonly maxStreamWindowBytes: number
  readonly connectionWindowBytes: number
  readonly maxConnectionWindowBytes: number
  readonly maxFieldSectionBytes: number
  readonly maxFieldCount: number
  /** Bytes of response body that may wait in the engine for one stream before `write` answers false. */
  readonly sendBufferBytes: number
  /** How often each live connection publishes a `sample`. */
  readonly sampleIntervalMs: number
  /** A directory that receives one qlog file per connection; none when absent. */
  readonly qlogDir?: string
  /** 32 bytes each; from them come Retry/NEW_TOKEN keys, stateless-reset tokens and TLS ticket keys (RFC 9000 §8.1.3, §10.3). */
  readonly secret: Uint8Array
  /** First byte of the connection IDs, 0–255: by it a successor knows whose a packet is. 0 by default. */
  readonly generation?: number
}

/** A UDP socket of an older process, with the channels to those that still have connections on it. For one engine. */
export interface InheritedSocket {
  /** Nobody wants it. */
  close(): void
}

/** Another Roam process, while one of the two takes over from the other. */
export interface TakeoverPeer {
  /** Sends a duplicate of a descriptor of this process along with the next message. */
  attach(descriptor: number): void
  /** Throws an Error with a `code`; ECONNRESET where the other process has gone. */
  send(text: string, timeoutMs: number): void
  /** The next message. Rejects like `send`, and with ETIMEDOUT. */
  receive(timeoutMs: number): Promise<string>
  /** The next descriptor that came; whoever takes it closes it. */
  takeDescriptor(): number
  /** The next descriptors that came: a UDP socket, and a channel for each of these generations. */
  takeInheritance(generations: readonly number[]): InheritedSocket
  close(): void
}

export interface ConnectionInfo {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  /** SNI, or '' when the client sent none. */
  readonly serverName: string
  /** A TLS session was resumed. */
  readonly resumed: boolean
  /** First datagram to handshake completion. */
  readonly handshakeSeconds: number
}

export interface CloseInfo {
  readonly reason: CloseReason
  readonly initiator: 'local' | 'peer'
  /** QUIC or HTTP/3 error code, 0 where there is none. */
  readonly code: number
  readonly durationSeconds: number
}

/**
 * What the engine tells. Calls come in the order things happened on a connection; after `connectionClosed` there is
 * nothing more of it, and after `requestReset` or the end of a body no more `data` of that stream.
 */
export interface EngineHandler {
  connectionOpened(conn: number, info: ConnectionInfo): void
  connectionClosed(conn: number, info: CloseInfo): void
  handshakeFailed(reason: HandshakeFailure): void
  /** A request's head. `end`: no body follows (no `data` comes). `early`: arrived as 0-RTT data. */
  request(conn: number, stream: number, fields: Fields, end: boolean, early: boolean): void
  /** Body bytes, never more than was granted by `credit`. The Buffer is the receiver's to keep. */
  data(conn: number, stream: number, chunk: Buffer): void
  /** The body is whole; `trailers` is empty where there were none. */
  bodyEnd(conn: number, stream: number, trailers: Fields): void
  /** RESET_STREAM: the client will not finish its request. */
  requestReset(conn: number, stream: number, code: number): void
  /** STOP_SENDING: the client no longer wants the response. Told at once, not at the next write. */
  responseStopped(conn: number, stream: number, code: number): void
  /** The stream's send buffer has drained after a `write` that answered false. */
  writable(conn: number, stream: number): void
  /** All of the response was handed to the transport and acknowledged, or the stream was reset; the stream is forgotten. */
  streamClosed(conn: number, stream: number): void
  path(conn: number, event: PathEvent): void
  sample(conn: number, sample: Sample): void
  /** The engine failed as a whole (socket gone); it is closed afterwards. */
  failed(message: string): void
  /**
   * One of the calls above threw while it was told something of `conn`. The engine closes that connection with
   * H3_INTERNAL_ERROR and goes on with the others. Without this method the error is thrown as an uncaught exception.
   */
  onError?(conn: number, error: unknown): void
}

/** Calls for a stream or connection that is already gone are ignored: the news is on its way. */
export interface Engine {
  /** The port really bound (for port 0). */
  readonly port: number
  /** An informational (1xx) response head. */
  inform(conn: number, stream: number, status: number, fields: Fields): void
  /** The final head; `end` when no body follows. */
  respond(conn: number, stream: number, status: number, fields: Fields, end: boolean): void
  /** Copies `chunk`. False: wait for `writable` before the next write. */
  write(conn: number, stream: number, chunk: Uint8Array, end: boolean): boolean
  /** Ends the response, with a trailer section if `trailers` is not empty. */
  end(conn: number, stream: number, trailers: Fields): void
  /** Lets the engine hand over `bytes` more of the request's body. Starts at 0. */
  credit(conn: number, stream: number, bytes: number): void
  /** RESET_STREAM for the response, with an HTTP/3 error code (RFC 9114 §8.1). */
  reset(conn: number, stream: number, code: number): void
  /** STOP_SENDING for the request's body. */
  stopSending(conn: number, stream: number, code: number): void
  closeConnection(conn: number, code: number): void
  counters(): EngineCounters
  /** New connections get these from now on; throws, and keeps the old ones, if a pair does not fit. */
  setCertificates(certificates: readonly EngineCertificate[]): void
  setAddressValidation(mode: AddressValidation): void
  /** Attaches what a successor needs to the next message for `peer`. Returns the generations, for `takeInheritance`. */
  offer(peer: TakeoverPeer): readonly number[]
  /**
   * Leaves the socket to the process that was made the last offer: from now on it hands on what is for connections of
   * this one. Resolves, once nothing is read any more, with what it must know of them, for its `read`.
   */
  yieldSocket(): Promise<string>
  /** Begins to read from an inherited socket; or again from the own one, where nobody took it after all. */
  read(young: string): void
  /** GOAWAY on every connection, refuses new ones (CONNECTION_REFUSED); resolves when the last one has finished. */
  drain(): Promise<void>
  /** Closes every connection with H3_NO_ERROR now and frees the socket; resolves when that is done. */
  close(): Promise<void>
}
