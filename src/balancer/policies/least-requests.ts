import type { Backend } from '../backend.ts'
import type { PolicyFactory } from './policy.ts'

/**
 * The less loaded of two random backends (Mitzenmacher, "The Power of Two Choices", 2001). Each is drawn with a chance
 * in proportion to its weight and compared by requests in flight per weight; a draw leaves the first, so that idle
 * backends share by weight. Two draws are enough to avoid the worst,
 * and, unlike the minimum of all, do not send every newcomer to the backend that just came back.
 */
export const leastRequests: PolicyFactory = (random) => {
  const draw = (candidates: readonly Backend[], without: Backend | undefined): Backend => {
    let total = 0
    for (const backend of candidates) if (backend !== without) total += backend.weight
    let ticket = random() * total
    let last = candidates[0]!
    for (const backend of candidates) {
      if (backend === without) continue
      last = backend
      ticket -= backend.weight
      if (ticket < 0) break
    }
    return last
  }
  const load = (backend: Backend) => backend.inFlight / backend.weight

  return {
    choose(candidates) {
      if (candidates.length === 1) return candidates[0]!
      const first = draw(candidates, undefined)
      const second = draw(candidates, first)
      return load(second) < load(first) ? second : first
    },
  }
}
