import t from 'tap'
import { OUTLIERS, poolConfig, testPool } from '../../support/pool.ts'

const SETTING = {
  backends: [{ maxRequests: 100 }, { maxRequests: 100 }],
  // An interval so long that no quiet one falls into the tests that do not want it.
  outliers: { ...OUTLIERS, consecutive5xx: 2, intervalMs: 1e9 },
}

function fragile(setting = SETTING) {
  const made = testPool(setting)
  const fail = (times = 2) => {
    for (let i = 0; i < times; i++) {
      const { lease } = made.ask({ tried: ['b'] })
      lease!.answered(500)
      lease!.release()
    }
  }
  return { ...made, fail, a: made.backends[0]!, ejected: made.watch('backend:ejected') }
}

t.test('it comes back when its time is over, with nothing held against it', async (t) => {
  const { a, fail, clock, watch } = fragile()
  const returned = watch('backend:returned')
  fail()
  clock.advance(29_999)
  t.ok(a.ejected)
  clock.advance(1)
  t.notOk(a.ejected)
  t.same(returned, [{ backendId: 'a' }])
  fail(1)
  t.notOk(a.ejected)
})

t.test('each further ejection lasts longer, up to the maximum', async (t) => {
  const { fail, clock, ejected } = fragile()
  for (let i = 0; i < 5; i++) {
    fail()
    clock.advance(100_000)
  }
  t.same(
    ejected.map(({ seconds }) => seconds),
    [30, 60, 90, 100, 100],
  )
})

t.test('every quiet interval takes one ejection back', async (t) => {
  const { fail, clock, ejected } = fragile({
    ...SETTING,
    outliers: { ...SETTING.outliers, intervalMs: 200_000 },
  })
  fail()
  clock.advance(50_000)
  fail()
  clock.advance(350_000)
  fail()
  t.same(
    ejected.map(({ seconds }) => seconds),
    [30, 60, 30],
  )
})

t.test('it comes back slowly', async (t) => {
  const { a, fail, clock } = fragile({ ...SETTING, slowStartMs: 10_000 } as typeof SETTING)
  fail()
  clock.advance(30_000)
  t.equal(a.weight, 0.1)
})

t.test('it comes back at once when a reload ends outlier detection', async (t) => {
  const { a, fail, pool, backends, clock, watch } = fragile()
  const returned = watch('backend:returned')
  fail()
  pool.reconfigure(poolConfig({ ...SETTING, outliers: undefined }), backends)
  t.notOk(a.ejected)
  clock.advance(1e6)
  t.same(returned, [{ backendId: 'a' }], 'once')
})

t.test('a backend that a reload removes is not heard of again', async (t) => {
  const { fail, pool, backends, clock, watch } = fragile()
  const returned = watch('backend:returned')
  fail()
  pool.reconfigure(poolConfig(SETTING), backends.slice(1))
  clock.advance(1e6)
  t.same(returned, [])
})

t.test('requests that outlast their backend do not eject it', async (t) => {
  const { ask, pool, backends, ejected } = fragile()
  const leases = [1, 2].map(() => ask({ tried: ['b'] }).lease!)
  pool.reconfigure(poolConfig(SETTING), backends.slice(1))
  for (const lease of leases) {
    lease.answered(500)
    lease.release()
  }
  t.same(ejected, [])
})

t.test('an ejection outlasts a reload', async (t) => {
  const { a, fail, pool, backends, clock } = fragile()
  fail()
  pool.reconfigure(poolConfig({ ...SETTING, outliers: { ...SETTING.outliers, intervalMs: 5_000 } }), backends)
  t.ok(a.ejected)
  clock.advance(30_000)
  t.notOk(a.ejected)
})

t.test('closing the pool leaves no timer', async (t) => {
  const { fail, pool, clock } = fragile()
  fail()
  pool.close()
  t.same(clock.pending, [])
})
