import type { Random } from '../../core/clock.ts'
import type { Backend } from '../backend.ts'

/** Draws one of the candidates with a chance in proportion to its weight, leaving out `without` where it has others. */
export function draw(candidates: readonly Backend[], random: Random, without?: Backend): Backend {
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
