import type { RoamError } from '../../core/errors.ts'
import type { Downstream, DownstreamConnection, DownstreamHandler, Fields } from '../../core/exchange.ts'
import { PushedBody } from '../request-body.ts'
import type { Engine } from './contract.ts'
import { H3, resetCode } from './h3-codes.ts'

/** Request-body bytes that may be on their way from the engine to the reader at a time. */
const CREDIT_BYTES = 256 * 1024

/** The client's side of one HTTP/3 request. */
export class H3Downstream implements Downstream {
  readonly connection: DownstreamConnection
  readonly body: PushedBody | undefined
  readonly #engine: Engine
  readonly #conn: number
  readonly #stream: number
  #handler: DownstreamHandler | undefined
  #ended = false
  #credit = 0
  #flowing = false

  constructor(
    engine: Engine,
    connection: DownstreamConnection,
    conn: number,
    stream: number,
    hasBody: boolean,
    contentLength: number | undefined,
  ) {
    this.#engine = engine
    this.connection = connection
    this.#conn = conn
    this.#stream = stream
    if (!hasBody) return
    this.body = new PushedBody({
      resume: () => {
        this.#flowing = true
        this.#grant()
      },
      pause: () => {
        this.#flowing = false
      },
      discard: () => engine.stopSending(conn, stream, H3.NO_ERROR),
    })
    this.body.expect(contentLength)
  }

  listen(handler: DownstreamHandler): void {
    this.#handler = handler
  }

  distrust(): void {
    // Streams are framed apart: what is wrong with one says nothing about the next.
  }

  inform(status: number, fields: Fields): void {
    this.#engine.inform(this.#conn, this.#stream, status, fields)
  }

  respond(status: number, fields: Fields, end: boolean): void {
    this.#ended = end
    this.#engine.respond(this.#conn, this.#stream, status, fields, end)
  }

  write(chunk: Buffer): boolean {
    return this.#engine.write(this.#conn, this.#stream, chunk, false)
  }

  end(chunk: Buffer | undefined, trailers: Fields): void {
    this.#ended = true
    if (chunk === undefined) this.#engine.end(this.#conn, this.#stream, trailers)
    else this.#engine.write(this.#conn, this.#stream, chunk, true)
  }

  abort(error: RoamError): void {
    this.#ended = true
    this.#engine.reset(this.#conn, this.#stream, resetCode(error))
    if (this.body !== undefined && !this.body.ended)
      this.#engine.stopSending(this.#conn, this.#stream, resetCode(error))
  }

  bodyData(chunk: Buffer): void {
    this.#credit -= chunk.length
    this.body?.push(chunk)
    if (this.#flowing) this.#grant()
  }

  bodyEnd(): void {
    this.body?.finish()
  }

  drained(): void {
    this.#handler?.onDrain()
  }

  /** The stream or its connection is gone. */
  lost(error: RoamError): void {
    this.body?.fail(error)
    if (this.#ended) return
    this.#ended = true
    this.#handler?.onAbort(error)
  }

  /** Grants in halves, so that bytes keep coming while the reader works and calls stay few. */
  #grant(): void {
    if (this.#credit > CREDIT_BYTES / 2) return
    this.#engine.credit(this.#conn, this.#stream, CREDIT_BYTES - this.#credit)
    this.#credit = CREDIT_BYTES
  }
}
