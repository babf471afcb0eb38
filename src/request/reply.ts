import type { Clock } from '../core/clock.ts'
import type { RoamError } from '../core/errors.ts'
import type { Downstream, Fields } from '../core/exchange.ts'

/** What the client gets: interim heads, one final head, a body that is counted, one end. */
export class Reply {
  readonly #downstream: Downstream
  readonly #clock: Clock
  /** 0 until the final head is out. */
  status = 0
  bytes = 0
  /** The final head is out: nothing that happens now can change the status. */
  answered = false
  /** The client has all it will get; the backend may still be talking. */
  ended = false
  firstByteAt: number | undefined
  /** Since when the client has taken nothing; undefined while it takes what it is given. */
  stalledAt: number | undefined
  /** Bytes the backend announced and has not sent; undefined where it announced none. */
  #remaining: number | undefined

  constructor(downstream: Downstream, clock: Clock) {
    this.#downstream = downstream
    this.#clock = clock
  }

  inform(status: number, fields: Fields): void {
    this.#downstream.inform(status, fields)
  }

  /** A backend's answer begins. `length`: what it announces. */
  begin(status: number, fields: Fields, hasBody: boolean, length: number | undefined): void {
    this.#remaining = length
    this.#head(status, fields, !hasBody)
  }

  /** False: no more until the client has taken this. */
  data(chunk: Buffer): boolean {
    this.bytes += chunk.length
    if (this.#remaining !== undefined) {
      this.#remaining -= chunk.length
      if (this.#remaining === 0) {
        // Head, body and end in one go: one packet instead of two for most pages.
        this.ended = true
        this.#downstream.end(chunk, [])
        return true
      }
    }
    if (this.#downstream.write(chunk)) return true
    this.stalledAt = this.#clock.now()
    return false
  }

  end(trailers: Fields): void {
    this.ended = true
    this.#downstream.end(undefined, trailers)
  }

  /** Head, body and end at once: an answer of Roam's own. */
  whole(status: number, fields: Fields, body: Buffer): void {
    const bodyless = body.length === 0
    this.#head(status, fields, bodyless)
    if (bodyless) return
    this.ended = true
    this.bytes = body.length
    this.#downstream.end(body, [])
  }

  /** A visible cut. */
  abort(error: RoamError): void {
    this.#downstream.abort(error)
  }

  #head(status: number, fields: Fields, end: boolean): void {
    this.answered = true
    this.status = status
    this.#downstream.respond(status, fields, end)
    this.ended = end
    this.firstByteAt = this.#clock.now()
  }
}
