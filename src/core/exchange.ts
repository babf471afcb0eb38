/** The words every stage shares about one request in flight. */
import type { RoamError } from './errors.ts'

/** ALPN identifiers (RFC 7301), so that figures join with the browser's `nextHopProtocol`. */
export const PROTOCOLS = ['http/1.1', 'h2', 'h3'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** A header list: name, value, name, value … One flat array is what all three protocols and undici speak. */
export type Fields = readonly string[]

/** A client's connection, as far as a request may know it. */
export interface DownstreamConnection {
  readonly protocol: Protocol
  /** The client's address now; it changes when a QUIC connection migrates. */
  readonly remoteAddress: string
  readonly remotePort: number
  /** The port the client asked for, for X-Forwarded-Port. */
  readonly localPort: number
  readonly encrypted: boolean
  /** Times that the client has moved to another address so far; TCP cannot. */
  readonly migrations: number
  /** Where its last request went, for whoever looks after it; the exchange sets it. */
  backendId?: string | undefined
  /** Set on a plain listener that sends everybody to HTTPS: the port to send them to. */
  readonly redirectToPort?: number | undefined
}

/** A request's head as it came off the wire, before anybody believed it. */
export interface RawHead {
  readonly method: string | undefined
  /** Request target on H1, `:path` on H2 and H3. */
  readonly target: string | undefined
  /** `:authority`; H1 has only the Host field. */
  readonly authority: string | undefined
  readonly scheme: string | undefined
  /** Regular fields only. */
  readonly fields: Fields
  /** H1: 1.0 or 1.1. */
  readonly version: '1.0' | '1.1' | '2' | '3'
  /** False only where the protocol says that no body follows (END_STREAM, FIN, neither length nor chunks). */
  readonly hasBody: boolean
  /** Arrived as 0-RTT data, which an attacker may replay (RFC 8470). */
  readonly early?: boolean
}

/** A request's head that passed validation (http/validate.ts): one shape for three protocols. */
export interface RequestHead {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** host or host:port, lower case. */
  readonly authority: string
  /** Origin-form, byte for byte as the client sent it (RFC 9112 §3.2.1); this is what is forwarded. */
  readonly target: string
  /** The part of `target` before `?`, with unreserved escapes decoded; routing compares this and nothing else. */
  readonly path: string
  /** End-to-end fields with lower-case names; hop-by-hop fields are already gone. */
  readonly fields: Fields
  /** Undefined where the length is not known beforehand. */
  readonly contentLength: number | undefined
  readonly hasBody: boolean
  /** The client waits for 100 before it sends the body (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean
}

/** What a listener tells about an exchange after it handed it over. */
export interface DownstreamHandler {
  /** The request's id, for answers that the listener itself must give. */
  readonly id: string
  /** The client gave up (closed, reset, stopped reading). Comes at most once, never after the response ended. */
  onAbort(error: RoamError): void
  /** Writing may go on after a `write` that answered false. */
  onDrain(): void
}

/**
 * The client's side of one exchange: each listener implements it, the proxy drives it.
 * Order: inform*, respond, write*, end; `abort` may come at any time and is the last call.
 */
export interface Downstream {
  readonly connection: DownstreamConnection
  listen(handler: DownstreamHandler): void
  /** The request was not believed: on H1 the answer that follows is the last of its connection. */
  distrust(): void
  /** Interim response (1xx). */
  inform(status: number, fields: Fields): void
  /** Final response head. `end`: no body follows. */
  respond(status: number, fields: Fields, end: boolean): void
  /** False: wait for `onDrain`. The chunk is the callee's to keep. */
  write(chunk: Buffer): boolean
  end(chunk: Buffer | undefined, trailers: Fields): void
  /** The response cannot be finished: H1 closes the socket, H2 and H3 reset the stream. */
  abort(error: RoamError): void
  /** The request's body; undefined where there is none. */
  readonly body: RequestBody | undefined
}

/** Receives one request body. After `onEnd` or `onError` nothing more comes. */
export interface BodyReader {
  /** The chunk is the reader's to keep. */
  onData(chunk: Buffer): void
  onEnd(): void
  onError(error: RoamError): void
}

/** A request body that flows only while it is asked to; nothing is read from the client before `start`. */
export interface RequestBody {
  /** Bytes were asked for: from now on the request cannot be replayed. */
  readonly started: boolean
  /** Bytes handed to the reader so far. */
  readonly bytes: number
  /** The reader wants more and the client has not sent it. */
  readonly waiting: boolean
  /** Everything was handed over. */
  readonly ended: boolean
  /** A body that grows beyond this many bytes ends in BODY_TOO_LARGE. */
  maxBytes: number
  /** Begins (once) in the paused state. */
  start(reader: BodyReader): void
  resume(): void
  pause(): void
  /** Nobody wants the rest: it is refused (H2, H3) or the connection closes after the response (H1). */
  discard(): void
}
