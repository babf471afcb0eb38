import type { Backend } from '../backend.ts'
import type { PolicyFactory } from './policy.ts'

/**
 * Smooth weighted round-robin, as nginx does it: every turn each candidate gains its weight, the richest serves and
 * pays the sum. Weights 5, 1, 1 give a b a c a a a in some order, never five in a row from a cold start.
 */
export const roundRobin: PolicyFactory = () => {
  const credit = new WeakMap<Backend, number>()
  return {
    choose(candidates) {
      let best: Backend | undefined
      let bestCredit = -Infinity
      let total = 0
      for (const backend of candidates) {
        const now = (credit.get(backend) ?? 0) + backend.weight
        credit.set(backend, now)
        total += backend.weight
        if (now > bestCredit) {
          best = backend
          bestCredit = now
        }
      }
      credit.set(best!, bestCredit - total)
      return best!
    },
  }
}
