import type { AffinityResult } from '../../core/events.ts'
import type { DownstreamConnection, Fields, RequestHead } from '../../core/exchange.ts'
import type { Backend } from '../backend.ts'

/** Where a request belongs. */
export interface Pin {
  /** The client's own backend; undefined: the policy chooses. */
  readonly backend: Backend | undefined
  /** True as long as the request gets `backend`; what `resultOf` says otherwise. */
  readonly result: AffinityResult
  /** A client that gets another backend than `backend` must be told by a cookie. */
  readonly byCookie: boolean
}

/** Brings clients back to the backend that they had. */
export interface Affinity {
  /**
   * `backends`: all of the pool, in an array that is a new one when they change. `usable`: could it take a client of its
   * own, be it after a wait; asked for few. Never throws, whatever the client sends.
   */
  pinOf(
    head: RequestHead,
    connection: DownstreamConnection,
    backends: readonly Backend[],
    usable: (backend: Backend) => boolean,
  ): Pin
  /** What to tell the client that `chosen` serves: Set-Cookie, or nothing where it knows. */
  fieldsFor(pin: Pin, chosen: Backend, encrypted: boolean): Fields
}

/** How it went, for the event: a pin that could not be kept after all has moved. */
export function resultOf(pin: Pin, chosen: Backend): AffinityResult {
  return pin.result === 'hit' && pin.backend !== chosen ? 'moved' : pin.result
}
