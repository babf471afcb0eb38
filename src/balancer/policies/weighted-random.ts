import { draw } from './draw.ts'
import type { PolicyFactory } from './policy.ts'

/** By lot, in proportion to weight: nothing to remember, so several balancers in a row do not fall into step. */
export const weightedRandom: PolicyFactory = ({ random }) => ({
  choose: (candidates) => draw(candidates, random),
})
