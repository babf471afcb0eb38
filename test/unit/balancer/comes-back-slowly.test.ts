import t from 'tap'
import { backendOf, poolConfig, testPool } from '../../support/pool.ts'

const SETTING = { slowStartMs: 10_000, backends: [{ weight: 10 }, { weight: 10 }] }

t.test('a backend that comes back grows to its weight', async (t) => {
  const { backends, clock } = testPool(SETTING)
  const a = backends[0]!
  t.equal(a.weight, 10, 'nobody comes back at the start')
  a.healthy = false
  clock.advance(60_000)
  a.healthy = true
  t.equal(a.weight, 1)
  clock.advance(5_000)
  t.equal(a.weight, 5)
  clock.advance(5_000)
  t.equal(a.weight, 10)
  clock.advance(5_000)
  t.equal(a.weight, 10)
})

for (const [why, out, back] of [
  ['ejected', { ejected: true }, { ejected: false }],
  ['disabled', { adminState: 'disabled' }, { adminState: 'enabled' }],
  ['drained', { adminState: 'draining' }, { adminState: 'enabled' }],
  ['weighed 0', { chosenWeight: 0 }, { chosenWeight: 10 }],
] as const)
  t.test(`so does one that was ${why}`, async (t) => {
    const { backends } = testPool(SETTING)
    Object.assign(backends[0]!, out)
    Object.assign(backends[0]!, back)
    t.equal(backends[0]!.weight, 1)
  })

t.test('so does one whose breaker closes', async (t) => {
  const { backends, breakers } = testPool(SETTING)
  for (const state of ['open', 'half_open', 'closed'] as const) {
    breakers[0]!.state = state
    backends[0]!.changed()
  }
  t.equal(backends[0]!.weight, 1)
})

t.test('so does one that a reload adds, and not those that stay', async (t) => {
  const { pool, backends } = testPool(SETTING)
  const config = poolConfig({ ...SETTING, backends: [...SETTING.backends, { weight: 10 }] })
  pool.reconfigure(config, [...backends, backendOf(config.backends[2]!)])
  t.same(
    pool.backends.map(({ weight }) => weight),
    [10, 10, 1],
  )
})

t.test("half of an operator's weight is half of it", async (t) => {
  const { backends, clock } = testPool(SETTING)
  const a = backends[0]!
  a.healthy = false
  a.healthy = true
  a.chosenWeight = 40
  clock.advance(5_000)
  t.equal(a.weight, 20)
})

t.test('without slow start it has its weight at once', async (t) => {
  const { backends } = testPool({ ...SETTING, slowStartMs: 0 })
  backends[0]!.healthy = false
  backends[0]!.healthy = true
  t.equal(backends[0]!.weight, 10)
})

t.test('one that never left does not begin again when something else about it changes', async (t) => {
  const { backends } = testPool(SETTING)
  backends[0]!.chosenWeight = 40
  t.equal(backends[0]!.weight, 40)
})
