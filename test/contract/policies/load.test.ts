import t from 'tap'
import type { Backend } from '../../../src/balancer/backend.ts'
import type { PolicyName } from '../../../src/config/types.ts'
import { backendsOfWeight } from '../../support/backends.ts'
import { subject, TURNS } from './suite.ts'
import { traffic } from './traffic.ts'

/** What policies make of backends that are not equally quick. */
const LOAD_AWARE: PolicyName[] = ['least-requests', 'random-two', 'peak-ewma']

const one =
  (latencies: readonly number[]) =>
  (backend: Backend): number =>
    latencies[backend.id.charCodeAt(0) - 97]!
const served = (name: PolicyName, weights: readonly number[], latencies: readonly number[]) => {
  const shares = traffic(subject(name), backendsOfWeight(weights), {
    everyMs: 0.1,
    latencyMs: one(latencies),
  })
  return [...shares.values()].map((share) => share.served / TURNS)
}

t.test(
  'least-requests: as many requests in flight everywhere, so four times as quick serves four times as many',
  async (t) => {
    for (const [weights, latencies, expected] of [
      [
        [1, 1],
        [20, 80],
        [4 / 5, 1 / 5],
      ],
      [
        [1, 1, 1],
        [20, 40, 80],
        [4 / 7, 2 / 7, 1 / 7],
      ],
      [
        [2, 1, 1],
        [40, 20, 80],
        [4 / 9, 4 / 9, 1 / 9],
      ],
      [
        [1, 3],
        [20, 20],
        [1 / 4, 3 / 4],
      ],
    ] as const)
      served('least-requests', weights, latencies).forEach((share, i) => {
        t.ok(Math.abs(share / expected[i]! - 1) < 0.02, `${share} of ${expected[i]}`)
      })
  },
)

t.test('random-two: of two, the same', async (t) => {
  const [quick] = served('random-two', [1, 1], [20, 80])
  t.ok(Math.abs(quick! / 0.8 - 1) < 0.02, `${quick}`)
})

t.test(
  'peak-ewma: latency times requests in flight is equal, so four times as quick serves sixteen times as many',
  async (t) => {
    const [quick] = served('peak-ewma', [1, 1], [20, 80])
    t.ok(Math.abs(quick! / (16 / 17) - 1) < 0.02, `${quick}`)
  },
)

t.test('peak-ewma: equally quick backends share by weight, however busy', async (t) => {
  const [light, heavy] = served('peak-ewma', [1, 3], [20, 20])
  t.ok(Math.abs(light! / 0.25 - 1) < 0.02, `${light} ${heavy}`)
})

for (const name of LOAD_AWARE) {
  t.test(`${name}: a backend that answers no more gets no more than the others have in hand`, async (t) => {
    const backends = backendsOfWeight([1, 1, 1])
    const shares = traffic(subject(name), backends, { everyMs: 1, latencyMs: one([20, 20, 1e9]) })
    const [a, b, hung] = [...shares.values()]
    t.ok(hung!.served <= Math.max(a!.mostInFlight, b!.mostInFlight) + 1, `${hung!.served}`)
  })

  t.test(`${name}: the busy one of two is left alone`, async (t) => {
    const policy = subject(name).create()
    const [busy, free] = backendsOfWeight([1, 1])
    busy!.inFlight = 10
    for (let i = 0; i < 100; i++) t.equal(policy.choose([busy!, free!], undefined), free)
  })

  t.test(`${name}: a heavier one may be busier`, async (t) => {
    const policy = subject(name).create()
    const [light, heavy] = backendsOfWeight([1, 10])
    light!.inFlight = 4
    heavy!.inFlight = 10
    for (let i = 0; i < 100; i++) t.equal(policy.choose([light!, heavy!], undefined), heavy)
  })
}
