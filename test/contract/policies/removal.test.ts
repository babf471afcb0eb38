import t from 'tap'
import type { Backend } from '../../../src/balancer/backend.ts'
import { backendsOfWeight } from '../../support/backends.ts'
import { subject, TURNS } from './suite.ts'

/** Consistent hashing: a backend that leaves moves its own keys and no other, and so does one that joins. */
const { create, keyOf } = subject('hash')

function placed(candidates: readonly Backend[]): Backend[] {
  const policy = create()
  return Array.from({ length: TURNS }, (_, i) => policy.choose(candidates, keyOf(i)))
}

/** How many keys have another backend. */
const moved = (before: readonly Backend[], after: readonly Backend[]) =>
  before.filter((one, i) => one !== after[i]).length

for (const n of [2, 3, 5, 10, 20]) {
  t.test(`hash: one of ${n} backends leaves`, async (t) => {
    const backends = backendsOfWeight(Array.from({ length: n }, () => 1))
    const before = placed(backends)
    for (const gone of [backends[0]!, backends.at(-1)!]) {
      const after = placed(backends.filter((one) => one !== gone))
      const all = moved(before, after)
      t.ok(all <= (1.2 / n) * TURNS, `${all} keys of ${TURNS} moved`)
      t.equal(before.filter((one, i) => one !== gone && one !== after[i]).length, 0, 'between survivors')
    }
  })
}

t.test('hash: what the others get of a backend that left is shared by weight', async (t) => {
  const backends = backendsOfWeight([2, 1, 3])
  const before = placed(backends)
  const after = placed(backends.slice(1))
  const heirs = after.filter((_, i) => before[i] === backends[0])
  const share = heirs.filter((one) => one === backends[1]).length / heirs.length
  t.ok(Math.abs(share / 0.25 - 1) < 0.03, `${share}`)
})

t.test('hash: a weight that grows takes keys from the others and gives none away', async (t) => {
  const before = placed(backendsOfWeight([1, 1, 1]))
  const after = placed(backendsOfWeight([1, 1, 2]))
  t.equal(after.filter((one, i) => one.id !== before[i]!.id && one.id !== 'c').length, 0)
})

t.test('hash: neither the order of the backends nor the process decides', async (t) => {
  const backends = backendsOfWeight([1, 2, 1])
  t.equal(moved(placed(backends), placed(backends.toReversed())), 0)
  const policy = create()
  t.equal(
    Array.from({ length: 24 }, (_, i) => policy.choose(backends, keyOf(i)).id).join(''),
    'aaaabcabbcbcacaccbabbccb',
    'a client keeps its backend over an upgrade of Roam',
  )
})

t.test('hash: the load of the backends decides nothing', async (t) => {
  const backends = backendsOfWeight([1, 1])
  const before = placed(backends)
  backends[0]!.inFlight = 99
  t.equal(moved(before, placed(backends)), 0)
})
