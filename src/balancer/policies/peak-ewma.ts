import type { Backend } from '../backend.ts'
import { draw } from './draw.ts'
import type { PolicyFactory } from './policy.ts'

/** After this long without news a latency is forgotten to 37 %; Finagle's default. */
const DECAY_MS = 10_000
/** Loads that differ by less are equal, and weight decides: latencies are never twice the same. */
const EQUAL = 0.9
/** A failure, which may be quick, counts as an answer this much slower than the backend's own, up to the limit. */
const FAILURE_FACTOR = 2
const FAILURE_LIMIT_SECONDS = 60
/** A failure of a backend whose latency is not known. */
const FIRST_FAILURE_SECONDS = 1

interface History {
  seconds: number
  observedAt: number
  /** Observed or chosen: a choice asks for news, so that one request tries a forgotten backend and not a burst of them. */
  freshAt: number
}

/**
 * The quicker of two random backends, as Finagle's Peak EWMA finds it (com.twitter.finagle.loadbalancer.PeakEwma): the
 * moving average of its latency, which a slower answer raises at once and quicker ones lower by and by, times its requests
 * in flight. What is not asked for a while is forgotten, so a backend that was slow gets its next chance. One whose
 * latency is not known counts as the quickest that is. Weight is Roam's addition: it decides how often a backend is
 * drawn, and how many requests in flight count as one.
 */
export const peakEwma: PolicyFactory = ({ random, clock }) => {
  const histories = new WeakMap<Backend, History>()

  const latency = (backend: Backend, now: number, unknown: number) => {
    const history = histories.get(backend)
    return history === undefined ? unknown : history.seconds * Math.exp((history.freshAt - now) / DECAY_MS)
  }
  const quickest = (candidates: readonly Backend[]) => {
    let best = Infinity
    for (const one of candidates) best = Math.min(best, histories.get(one)?.seconds ?? Infinity)
    return best === Infinity ? 1 : best
  }

  return {
    choose(candidates) {
      if (candidates.length === 1) return candidates[0]!
      const now = clock.now()
      const unknown = quickest(candidates)
      const load = (one: Backend) => latency(one, now, unknown) * (one.inFlight / one.weight + 1)
      const first = draw(candidates, random)
      const second = draw(candidates, random, first)
      const chosen = load(second) < load(first) * EQUAL ? second : first
      const history = histories.get(chosen)
      if (history !== undefined) history.freshAt = now
      return chosen
    },

    answered(backend, { seconds, ok }) {
      const now = clock.now()
      const history = histories.get(backend)
      const known = history?.seconds
      if (!ok) {
        const penalty = known === undefined ? FIRST_FAILURE_SECONDS : known * FAILURE_FACTOR
        seconds = Math.max(seconds, Math.min(penalty, FAILURE_LIMIT_SECONDS))
      }
      if (history === undefined) histories.set(backend, { seconds, observedAt: now, freshAt: now })
      else {
        const old = Math.exp((history.observedAt - now) / DECAY_MS)
        const peak = seconds > history.seconds
        history.seconds = peak ? seconds : history.seconds * old + seconds * (1 - old)
        history.observedAt = history.freshAt = now
      }
    },
  }
}
