import type { Backend } from '../backend.ts'
import type { PolicyFactory } from './policy.ts'
import { createTurns } from './turns.ts'

/** What backends are compared by: requests in flight per weight. */
export const load = (backend: Backend): number => backend.inFlight / backend.weight

/** The least loaded of all; those that tie take turns, so that idle backends share by weight. */
export const leastRequests: PolicyFactory = () => {
  const turn = createTurns()
  /** Used anew for every choice. */
  const tied: Backend[] = []
  return {
    choose(candidates) {
      let least = Infinity
      for (const backend of candidates) {
        const its = load(backend)
        if (its > least) continue
        if (its < least) tied.length = 0
        least = its
        tied.push(backend)
      }
      const chosen = tied.length === 1 ? tied[0]! : turn(tied)
      tied.length = 0
      return chosen
    },
  }
}
