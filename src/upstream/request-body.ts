import { Readable } from 'node:stream'
import type { BodyReader, RequestBody } from '../core/exchange.ts'
import type { RoamError } from '../core/errors.ts'

/**
 * The client's request body as the stream undici wants. undici destroys the stream it is given when an attempt fails;
 * this one only lets go of the body then, so that the client's connection can still carry an answer.
 */
export class UpstreamBody extends Readable implements BodyReader {
  readonly #source: RequestBody
  #started = false

  constructor(source: RequestBody) {
    super({ highWaterMark: 64 * 1024 })
    this.#source = source
  }

  override _read(): void {
    if (!this.#started) {
      this.#started = true
      this.#source.start(this)
    }
    this.#source.resume()
  }

  onData(chunk: Buffer): void {
    if (!this.push(chunk)) this.#source.pause()
  }

  onEnd(): void {
    this.push(null)
  }

  onError(error: RoamError): void {
    this.destroy(error)
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (this.#started && !this.readableEnded) this.#source.pause()
    callback(error)
  }
}
