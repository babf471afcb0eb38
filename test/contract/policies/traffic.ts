import type { Backend } from '../../../src/balancer/backend.ts'
import { seeded } from '../../support/random.ts'
import type { Subject } from './suite.ts'
import { Time, TURNS } from './suite.ts'

export interface Traffic {
  /** Milliseconds between two requests on average, by lot. */
  readonly everyMs: number
  readonly latencyMs: (backend: Backend, nowMs: number) => number
  readonly ok?: (backend: Backend, nowMs: number) => boolean
  readonly requests?: number
}

export interface Share {
  readonly served: number
  readonly mostInFlight: number
}

/** Requests that come when they come and overlap, as in a queueing model; nobody waits for real. */
export function traffic(
  { create, keyOf }: Subject,
  backends: readonly Backend[],
  { everyMs, latencyMs, ok = () => true, requests = TURNS }: Traffic,
): ReadonlyMap<Backend, Share> {
  const time = new Time()
  const policy = create(7, time)
  const random = seeded(5)
  const shares = new Map(backends.map((one) => [one, { served: 0, mostInFlight: 0 }]))
  /** Soonest first. */
  const running: { readonly end: number; readonly start: number; readonly backend: Backend }[] = []

  let next = 0
  for (let i = 0; i < requests; i++) {
    next += -Math.log(1 - random()) * everyMs
    for (; running.length > 0 && running[0]!.end <= next; running.shift()) {
      const { backend, start, end } = running[0]!
      time.ms = end
      backend.inFlight--
      policy.answered?.(backend, { seconds: (end - start) / 1000, ok: ok(backend, end) })
    }
    time.ms = next
    const backend = policy.choose(backends, keyOf(i))
    const end = next + latencyMs(backend, next)
    running.splice(placeOf(running, end), 0, { start: next, end, backend })
    backend.inFlight++
    const share = shares.get(backend)!
    share.served++
    share.mostInFlight = Math.max(share.mostInFlight, backend.inFlight)
  }
  return shares
}

function placeOf(running: readonly { readonly end: number }[], end: number): number {
  let at = running.length
  while (at > 0 && running[at - 1]!.end > end) at--
  return at
}
