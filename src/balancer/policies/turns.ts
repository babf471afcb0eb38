import type { Backend } from '../backend.ts'

/**
 * Smooth weighted turns, as nginx takes them: every turn each candidate gains its weight, the richest serves and pays
 * the sum. Weights 5, 1, 1 give a a b a c a a, never five in a row. Candidates and weights may change between turns.
 */
export function createTurns(): (candidates: readonly Backend[]) => Backend {
  const credit = new WeakMap<Backend, number>()
  return (candidates) => {
    let best = candidates[0]!
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
    credit.set(best, bestCredit - total)
    return best
  }
}
