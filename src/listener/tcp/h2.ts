import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { RoamError } from '../../core/errors.ts'
import type { Downstream, DownstreamHandler, Fields, RawHead, RequestBody } from '../../core/exchange.ts'
import { splitPseudo } from '../../http/pseudo.ts'
import type { TcpConnection } from './connection.ts'
import type { TcpContext } from './context.ts'
import { streamBody } from './stream-body.ts'

const STREAM_WINDOW_BYTES = 1024 * 1024
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024
/** Rapid reset (CVE-2023-44487, CVE-2025-8671): Node's own burst of 1000 lets 1,910 requests through to us. */
const RESET_BURST = 100
const RESETS_PER_SECOND = 33

/** For a client whose handshake was under way when a drain began: what it came for is still served. */
const LATECOMER_MS = 1_000

export interface H2Side {
  readonly server: Http2Server
  /**
   * GOAWAY on every session (RFC 9113 §6.8); they close when their streams have ended. It names the last stream that is
   * served: what the client sent meanwhile was provably not acted on, and clients send it again by themselves. (Naming
   * 2^31-1 first needs nghttp2's shutdown notice, which node:http2 does not offer: after any other GOAWAY nghttp2 drops
   * later streams without a word.)
   */
  drain(): void
}

/** The HTTP/2 side, on node:http2's stream API. As with H1, sockets are handed over by the TCP listener. */
export function createH2Server(context: TcpContext): H2Side {
  const { limits } = context
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer({
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxHeaderListSize: limits.maxFieldSectionBytes,
      enablePush: false,
    },
    // Pseudo-headers are pairs as well.
    maxHeaderListPairs: limits.maxFieldCount + 4,
    maxSessionMemory: 10,
    streamResetBurst: RESET_BURST,
    streamResetRate: RESETS_PER_SECOND,
    unknownProtocolTimeout: limits.handshakeTimeoutMs,
    // nghttp2 would only drop the field; without it the validator sees the white space and refuses the request.
    strictFieldWhitespaceValidation: false,
    // Node would throw where a backend's answer has a field twice that should be there once, and the page would be lost.
    strictSingleValueFields: false,
  })

  server.on('session', (session) => {
    sessions.add(session)
    const connection = context.connectionOf(session.socket)
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
    superviseSession(session, connection, context, () => sessions.delete(session))
    if (context.draining()) context.clock.after(LATECOMER_MS, () => session.close())
    session.on(
      'stream',
      (stream: ServerHttp2Stream, _headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
        const downstream = new H2Downstream(
          stream,
          connection,
          context,
          (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0,
        )
        context.handler.handle(downstream, readHead(raw, downstream.body !== undefined))
      },
    )
  })
  server.on('sessionError', () => {})
  return {
    server,
    drain() {
      for (const session of sessions) session.close()
    },
  }
}

function readHead(raw: string[], hasBody: boolean): RawHead | RoamError {
  try {
    return { ...splitPseudo(raw), version: '2', hasBody }
  } catch (error) {
    if (error instanceof RoamError) return error
    throw error
  }
}

/** The deadlines node:http2 does not have: connection preface, and idleness, however busily an idle peer sends frames. */
function superviseSession(
  session: ServerHttp2Session,
  connection: TcpConnection,
  context: TcpContext,
  onClose: () => void,
): void {
  const { clock } = context
  let streams = 0
  let idleSince = clock.now()
  const cancelPreface = clock.after(context.limits.headersTimeoutMs, () => session.destroy())
  session.once('remoteSettings', cancelPreface)
  session.on('stream', (stream: ServerHttp2Stream) => {
    streams++
    connection.begin()
    stream.once('close', () => {
      streams--
      idleSince = clock.now()
      connection.finish(idleSince)
    })
  })
  const stopWatching = clock.every(1_000, () => {
    if (streams > 0) return
    const idle = clock.now() - idleSince
    const { idleTimeoutMs } = context.limits
    // Half a HEADERS frame keeps a session open that was asked to close.
    if (idle > idleTimeoutMs + 1_000) session.destroy()
    else if (idle > idleTimeoutMs) session.close()
  })
  session.on('error', () => {})
  session.once('close', () => {
    cancelPreface()
    stopWatching()
    onClose()
  })
}

class H2Downstream implements Downstream {
  readonly connection: TcpConnection
  readonly body: RequestBody | undefined
  readonly #stream: ServerHttp2Stream
  readonly #context: TcpContext
  #ended = false
  #trailers: Fields = []

  constructor(stream: ServerHttp2Stream, connection: TcpConnection, context: TcpContext, hasBody: boolean) {
    this.#stream = stream
    this.connection = connection
    this.#context = context
    this.body = hasBody ? streamBody(stream, () => this.#discardBody()) : undefined
  }

  listen(handler: DownstreamHandler): void {
    // 'close' tells what there is to know about an error.
    this.#stream.on('error', () => {})
    this.#stream.on('close', () => {
      if (this.#ended) return
      this.#ended = true
      handler.onAbort(new RoamError('CLIENT_GONE', `client reset the stream (code ${this.#stream.rstCode})`))
    })
    this.#stream.on('drain', () => handler.onDrain())
  }

  distrust(): void {
    // Streams are framed apart: what is wrong with one says nothing about the next.
  }

  inform(status: number, fields: Fields): void {
    if (!this.#writable) return
    const headers: Record<string, string | number | string[]> = { ':status': status }
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!
      const before = headers[name]
      headers[name] = before === undefined ? fields[i + 1]! : [before, fields[i + 1]!].flat().map(String)
    }
    this.#stream.additionalHeaders(headers)
  }

  respond(status: number, fields: Fields, end: boolean): void {
    if (!this.#writable) return
    this.#stream.respond(
      [':status', String(status), ...fields, ...this.#context.responseFields(this.connection)] as never,
      // Only a body of unknown length can be followed by trailers.
      { endStream: end, waitForTrailers: !end && !fields.includes('content-length') },
    )
    if (end) this.#ended = true
    else this.#stream.once('wantTrailers', () => this.#sendTrailers())
  }

  write(chunk: Buffer): boolean {
    return !this.#writable || this.#stream.write(chunk)
  }

  end(chunk: Buffer | undefined, trailers: Fields): void {
    if (!this.#writable) return
    this.#ended = true
    this.#trailers = trailers
    this.#stream.end(chunk)
  }

  abort(error: RoamError): void {
    this.#ended = true
    // Not close(): that would end the stream before it resets it, and a cut body of unknown length would look whole.
    this.#stream.destroy(error)
  }

  #sendTrailers(): void {
    if (this.#trailers.length === 0) {
      this.#stream.close()
      return
    }
    const list: Record<string, string> = {}
    for (let i = 0; i < this.#trailers.length; i += 2) list[this.#trailers[i]!] = this.#trailers[i + 1]!
    this.#stream.sendTrailers(list)
  }

  get #writable(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed
  }

  /** RFC 9113 §8.1: after a complete response the rest of the request is refused with NO_ERROR. */
  #discardBody(): void {
    const refuse = () => this.#stream.close(constants.NGHTTP2_NO_ERROR)
    if (this.#stream.writableFinished) refuse()
    else this.#stream.once('finish', refuse)
  }
}
