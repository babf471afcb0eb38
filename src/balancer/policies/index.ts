import { hash } from './hash.ts'
import { leastRequests } from './least-requests.ts'
import { peakEwma } from './peak-ewma.ts'
import type { PolicyFactory, PolicyName } from './policy.ts'
import { randomTwo } from './random-two.ts'
import { roundRobin } from './round-robin.ts'
import { weightedRandom } from './weighted-random.ts'

/** Every policy by the name that a configuration gives it. */
export const POLICIES: Readonly<Record<PolicyName, PolicyFactory>> = {
  'round-robin': roundRobin,
  'weighted-random': weightedRandom,
  'least-requests': leastRequests,
  'random-two': randomTwo,
  hash,
  'peak-ewma': peakEwma,
}
