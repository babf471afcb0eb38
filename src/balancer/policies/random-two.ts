import { draw } from './draw.ts'
import { load } from './least-requests.ts'
import type { PolicyFactory } from './policy.ts'

/**
 * The less loaded of two random backends (Mitzenmacher, "The Power of Two Choices", 2001). Each is drawn with a chance
 * in proportion to its weight and compared by requests in flight per weight; a draw leaves the first, so that idle
 * backends share by weight. Two draws are enough to avoid the worst, and, unlike the minimum of all, do not send every
 * newcomer to the backend that just came back.
 */
export const randomTwo: PolicyFactory = ({ random }) => ({
  choose(candidates) {
    if (candidates.length === 1) return candidates[0]!
    const first = draw(candidates, random)
    const second = draw(candidates, random, first)
    return load(second) < load(first) ? second : first
  },
})
