import { RoamError } from '../core/errors.ts'
import type { RouteTimeouts, Site } from '../core/ports.ts'

/** How far a request has come, for the judgement on its deadlines. Times are those of the clock. */
export interface Progress {
  readonly startedAt: number
  /** The backend that is being asked; undefined while the request waits for one. */
  readonly backendId: string | undefined
  /** Last sign of life from the backend, or from the client's body while the backend waits for it. */
  readonly progressAt: number
  /** The client has seen the head of the answer. */
  readonly answered: boolean
  /** The backend wants more of the request's body, and the client has not sent it. */
  readonly awaitsBody: boolean
  /** Since when the client takes nothing of its response; undefined: it does. */
  readonly stalledAt: number | undefined
}

/** The deadline that a request has missed, as the error that it ends with. Pure. */
export function overdue(
  now: number,
  progress: Progress,
  timeouts: RouteTimeouts,
  limits: Site['limits'],
): RoamError | undefined {
  const { startedAt, backendId, progressAt, answered, awaitsBody, stalledAt } = progress
  if (timeouts.totalMs !== undefined && now - startedAt > timeouts.totalMs) {
    const meanwhile = backendId === undefined ? 'it waited for a backend' : `backend ${backendId} was asked`
    return new RoamError('TOTAL_TIMEOUT', `not over within timeouts.total; ${meanwhile}`)
  }
  // The wait for a backend has a deadline of its own; the pool's queue watches it.
  if (backendId === undefined) return undefined
  if (stalledAt !== undefined) {
    if (now - stalledAt <= limits.writeStallTimeoutMs) return undefined
    return new RoamError('CLIENT_GONE', 'client took nothing of its response for too long')
  }
  const silent = now - progressAt
  if (awaitsBody) {
    if (silent <= limits.bodyIdleTimeoutMs) return undefined
    return new RoamError('REQUEST_TIMEOUT', 'client stopped sending its request body')
  }
  if (silent <= (answered ? timeouts.idleMs : timeouts.firstByteMs)) return undefined
  const waited = answered ? 'went silent during its response' : 'sent no response'
  const seconds = Math.round(silent / 1000)
  return new RoamError('UPSTREAM_TIMEOUT', `backend ${backendId} ${waited} for ${seconds} s`)
}
