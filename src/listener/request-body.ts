import type { BodyReader, RequestBody } from '../core/exchange.ts'
import { RoamError } from '../core/errors.ts'

/** What a protocol must be able to do with the sender of a body. */
export interface BodySource {
  resume(): void
  pause(): void
  /** Nobody wants the rest. */
  discard(): void
}

/** The RequestBody contract for a source that pushes: H1 messages, H2 streams and H3 streams feed it. */
export class PushedBody implements RequestBody {
  started = false
  ended = false
  bytes = 0
  maxBytes = Infinity
  readonly #source: BodySource
  #expected: number | undefined
  #reader: BodyReader | undefined
  #flowing = false
  #failure: RoamError | undefined

  constructor(source: BodySource) {
    this.#source = source
  }

  get waiting(): boolean {
    return this.#flowing && !this.ended
  }

  /** Content-Length, where the protocol's own parser does not compare it with what came (HTTP/3). */
  expect(length: number | undefined): void {
    this.#expected = length
  }

  start(reader: BodyReader): void {
    if (this.started) throw new RoamError('INTERNAL', 'request body started twice')
    this.started = true
    this.#reader = reader
    // A body without bytes may have ended, or broken its promise, before anybody asked for it.
    if (this.ended) this.#take()?.onEnd()
    else if (this.#failure !== undefined) this.fail(this.#failure)
  }

  resume(): void {
    this.#flowing = true
    this.#source.resume()
  }

  pause(): void {
    this.#flowing = false
    this.#source.pause()
  }

  discard(): void {
    this.#take()
    this.#flowing = false
    if (!this.ended) this.#source.discard()
  }

  /** The source has bytes. */
  push(chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.bytes > this.maxBytes)
      this.fail(new RoamError('BODY_TOO_LARGE', `body exceeds the route's maxBody of ${this.maxBytes} bytes`))
    else if (this.#expected !== undefined && this.bytes > this.#expected)
      this.fail(new RoamError('MALFORMED_REQUEST', 'body is longer than its content-length'))
    else this.#reader?.onData(chunk)
  }

  /** The source is at its end. */
  finish(): void {
    if (this.#expected !== undefined && this.bytes < this.#expected) {
      this.fail(new RoamError('MALFORMED_REQUEST', 'body is shorter than its content-length'))
      return
    }
    this.ended = true
    this.#take()?.onEnd()
  }

  /** The source broke off. */
  fail(error: RoamError): void {
    this.#failure = error
    if (!this.ended) this.#take()?.onError(error)
  }

  #take(): BodyReader | undefined {
    const reader = this.#reader
    this.#reader = undefined
    return reader
  }
}
