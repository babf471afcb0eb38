import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, RoamError } from '../../core/errors.ts'
import type { Downstream, DownstreamHandler, Fields, RawHead, RequestBody } from '../../core/exchange.ts'
import { errorAnswer } from '../../http/error-page.ts'
import type { TcpConnection } from './connection.ts'
import type { TcpContext } from './context.ts'
import { streamBody } from './stream-body.ts'

const EARLY_HINTS = 103
/** How much of an unwanted body is read, and for how long, before its connection is closed. */
const LINGER_BYTES = 256 * 1024
const LINGER_MS = 2_000

/**
 * The HTTP/1.1 side. The server never listens itself: the TCP listener hands it sockets that spoke `http/1.1` in ALPN
 * or plain text. Parser leniency is never switched on; limits and timers are all set, none is left to a default.
 */
export function createH1Server(context: TcpContext): Server {
  const { limits } = context
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: limits.maxFieldSectionBytes,
    headersTimeout: limits.headersTimeoutMs,
    // Bodies may take long; the proxy watches that they move (request/deadlines.ts).
    requestTimeout: 0,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: 1_000,
    // The validator says what is wrong with Host, and telemetry counts it.
    requireHostHeader: false,
    noDelay: true,
  })
  // Beyond this number Node drops fields silently; the validator counts them all (maxHeaderSize bounds the work).
  server.maxHeadersCount = 0

  /** The exchange that each connection is busy with; a pipelined one waits its turn in Node. */
  const active = new WeakMap<Duplex, H1Downstream>()
  const refused = new WeakSet<Duplex>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    // What the parser already read behind a refused message is not to be believed either.
    if (refused.has(request.socket)) return
    const connection = context.connectionOf(request.socket)
    const downstream = new H1Downstream(request, response, connection, context)
    active.set(request.socket, downstream)
    connection.begin()
    response.once('close', () => {
      connection.finish(context.clock.now())
      if (active.get(request.socket) === downstream) active.delete(request.socket)
    })
    context.handler.handle(downstream, readHead(request, downstream.body !== undefined))
    if (downstream.distrusted) refused.add(request.socket)
  }
  server.on('request', onRequest)
  // Node answers these two by itself unless somebody listens; the validator decides on Expect.
  server.on('checkContinue', onRequest)
  server.on('checkExpectation', onRequest)
  server.on('connect', (request, socket) => {
    refuse(context, socket, new RoamError('METHOD_NOT_ALLOWED', 'CONNECT is not served'))
    request.resume()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const running = active.get(socket)
    // A peer that is gone is told nothing, and neither is one whose earlier answer is on its way: it would be garbled.
    if (
      error.code === 'ECONNRESET' ||
      error.code === 'HPE_INVALID_EOF_STATE' ||
      !socket.writable ||
      running?.answered ||
      // A browser's spare connection that never asked for anything has done nothing wrong.
      (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && context.connectionOf(socket).isSilent)
    )
      socket.destroy()
    else if (running === undefined) refuse(context, socket, parserError(error))
    else running.malformed(parserError(error))
  })
  // Node starts looking at headersTimeout when a server listens; this one never does.
  server.emit('listening')
  return server
}

function readHead(request: IncomingMessage, hasBody: boolean): RawHead | RoamError {
  const { method, url: target, rawHeaders: fields, httpVersion: version } = request
  // Node's parser takes 0.9 and 2.0 as well.
  if (version !== '1.1' && version !== '1.0')
    return new RoamError('MALFORMED_REQUEST', 'HTTP version is neither 1.0 nor 1.1')
  return { method, target, authority: undefined, scheme: undefined, fields, version, hasBody }
}

function parserError(error: NodeJS.ErrnoException): RoamError {
  const codes: Record<string, ErrorCode> = {
    HPE_HEADER_OVERFLOW: 'FIELDS_TOO_LARGE',
    ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  }
  return new RoamError(codes[error.code ?? ''] ?? 'MALFORMED_REQUEST', `not valid HTTP/1.1: ${error.message}`)
}

/** A request that never became one is answered, and counted, here. */
function refuse(context: TcpContext, socket: Duplex, error: RoamError): void {
  answerRaw(socket, error, context.handler.refused(context.connectionOf(socket), error))
}

/** Answers where no ServerResponse can, and closes: after a framing error nothing on the connection can be trusted. */
function answerRaw(socket: Duplex, error: RoamError, requestId: string): void {
  const { fields, body } = errorAnswer(error, requestId)
  const { status } = error.facts
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  socket.end(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${body.toString('latin1')}`)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}

class H1Downstream implements Downstream {
  readonly connection: TcpConnection
  readonly body: RequestBody | undefined
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #context: TcpContext
  #handler: DownstreamHandler | undefined
  /** The head of the final response is out. */
  answered = false
  distrusted = false
  #ended = false
  #flushScheduled = false

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    connection: TcpConnection,
    context: TcpContext,
  ) {
    this.#request = request
    this.#response = response
    this.connection = connection
    this.#context = context
    this.body = announcesBody(request.rawHeaders) ? streamBody(request, () => this.#linger()) : undefined
  }

  listen(handler: DownstreamHandler): void {
    this.#handler = handler
    this.#response.on('close', () => {
      if (!this.#ended) this.#abandon(new RoamError('CLIENT_GONE', 'client closed the connection'))
    })
    this.#response.on('drain', () => handler.onDrain())
  }

  /** The body's framing broke (RFC 9112 §7.1); nothing has been answered yet. */
  malformed(error: RoamError): void {
    answerRaw(this.#request.socket, error, this.#handler?.id ?? '-')
    this.#abandon(error)
  }

  /** Nobody can be sure where the next request begins, so this is the connection's last (RFC 9112 §9.6). */
  distrust(): void {
    this.distrusted = true
  }

  inform(status: number, fields: Fields): void {
    // RFC 9110 §15.2: an HTTP/1.0 client does not know interim responses.
    if (this.#request.httpVersion === '1.0') return
    if (status === 100) this.#response.writeContinue()
    else if (status === EARLY_HINTS) this.#hint(fields)
    // Node has no way to write the others; a client may always be spared an interim response (RFC 9110 §15.2).
  }

  #hint(fields: Fields): void {
    try {
      this.#response.writeEarlyHints(hints(fields))
    } catch {
      // Node knows fewer forms of Link than there are, such as none with several targets in one field.
    }
  }

  respond(status: number, fields: Fields, end: boolean): void {
    this.answered = true
    const all = [...fields, ...this.#context.responseFields(this.connection)]
    if (this.distrusted || this.#context.draining()) all.push('connection', 'close')
    this.#response.writeHead(status, all)
    if (end) {
      this.#finish(undefined)
      return
    }
    // A body that comes at once shares a packet with its head; a slow one must not hold the head back.
    this.#flushScheduled = true
    process.nextTick(() => {
      if (this.#flushScheduled && !this.#ended) this.#response.flushHeaders()
    })
  }

  write(chunk: Buffer): boolean {
    this.#flushScheduled = false
    return this.#response.write(chunk)
  }

  end(chunk: Buffer | undefined, trailers: Fields): void {
    if (trailers.length > 0) this.#response.addTrailers(pairs(trailers))
    this.#finish(chunk)
  }

  abort(_error: RoamError): void {
    this.#ended = true
    // Without its last chunk or its promised length the client sees that the message is cut (RFC 9112 §8).
    this.#request.socket.destroy()
  }

  #abandon(error: RoamError): void {
    if (this.#ended) return
    this.#ended = true
    this.#handler?.onAbort(error)
  }

  #finish(chunk: Buffer | undefined): void {
    this.#ended = true
    this.#response.end(chunk)
  }

  /**
   * The response is out before the request was. Closing at once would reset the connection and could destroy the
   * response on its way (RFC 9112 §9.6), so the rest is read for a while, and then the connection is closed.
   */
  #linger(): void {
    const request = this.#request
    let left = LINGER_BYTES
    const cut = () => request.socket.destroy()
    const timer = setTimeout(cut, LINGER_MS).unref()
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) cut()
    })
    request.once('close', () => clearTimeout(timer))
    request.resume()
  }
}

/** RFC 9112 §6.3: a request has a body when it says so; `content-length: 0` says no. Reads no more than it must. */
function announcesBody(raw: readonly string[]): boolean {
  for (let i = 0; i < raw.length; i += 2) {
    const { length } = raw[i]!
    if (length === 14 && raw[i]!.toLowerCase() === 'content-length') return raw[i + 1] !== '0'
    if (length === 17 && raw[i]!.toLowerCase() === 'transfer-encoding') return true
  }
  return false
}

function pairs(fields: Fields): [string, string][] {
  const list: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i]!, fields[i + 1]!])
  return list
}

function hints(fields: Fields): Record<string, string | string[]> {
  const record: Record<string, string[]> = { link: [] }
  for (const [name, value] of pairs(fields)) (record[name] ??= []).push(value)
  return record
}
