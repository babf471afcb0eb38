import t from 'tap'
import { leastRequests } from '../../src/balancer/policies/least-requests.ts'
import type { PolicyFactory } from '../../src/balancer/policies/policy.ts'
import { roundRobin } from '../../src/balancer/policies/round-robin.ts'
import { backendsOfWeight } from '../support/backends.ts'
import { seeded } from '../support/random.ts'
import { FakeClock } from '../support/virtual-time.ts'

/** What every policy owes, whatever its name. */
const POLICIES: Record<string, PolicyFactory> = { 'round-robin': roundRobin, 'least-requests': leastRequests }
const TURNS = 100_000
const parts = (seed: number) => ({ random: seeded(seed), clock: new FakeClock() })

for (const [name, create] of Object.entries(POLICIES)) {
  /** Requests that are over before the next begins: no policy has load to go by. */
  const shares = (weights: readonly number[]) => {
    const policy = create(parts(7))
    const backends = backendsOfWeight(weights)
    const counts = new Map(backends.map((one) => [one.id, 0]))
    for (let i = 0; i < TURNS; i++) {
      const { id } = policy.choose(backends, undefined)
      counts.set(id, counts.get(id)! + 1)
    }
    return backends.map((one) => counts.get(one.id)! / TURNS)
  }

  t.test(`${name}: equal weights share equally`, async (t) => {
    for (const share of shares([1, 1, 1])) t.ok(Math.abs(share - 1 / 3) < 0.02, `${share}`)
  })

  t.test(`${name}: idle backends share by weight`, async (t) => {
    const [light, heavy] = shares([1, 3]) as [number, number]
    t.ok(Math.abs(light - 0.25) < 0.02, `${light} ${heavy}`)
  })

  t.test(`${name}: the only candidate is chosen`, async (t) => {
    const [only] = backendsOfWeight([1])
    t.equal(create(parts(1)).choose([only!], undefined), only)
  })
}

t.test('round-robin: weights 5, 1, 1 are spread, not served in bursts', async (t) => {
  const policy = roundRobin(parts(1))
  const backends = backendsOfWeight([5, 1, 1])
  const order = Array.from({ length: 7 }, () => policy.choose(backends, undefined).id).join('')
  t.equal(order, 'aabacaa')
})

t.test('least-requests: of two backends the busy one is left alone', async (t) => {
  const policy = leastRequests(parts(1))
  const [busy, free] = backendsOfWeight([1, 1]) as [ReturnType<typeof backendsOfWeight>[number], never]
  busy.inFlight = 10
  for (let i = 0; i < 100; i++) t.equal(policy.choose([busy, free], undefined), free)
})
