import t from 'tap'
import { OUTLIERS, type PoolSetting, testPool } from '../../support/pool.ts'

/** One 500 is enough; `fail` gives it to the named backends. */
function fragile(count: number, maxEjected: number, more: PoolSetting = {}) {
  const made = testPool({
    backends: Array.from({ length: count }, () => ({ maxRequests: 100 })),
    outliers: { ...OUTLIERS, consecutive5xx: 1, maxEjected },
    ...more,
  })
  const all = made.backends.map(({ id }) => id)
  const fail = (...ids: string[]) => {
    for (const id of ids) {
      const { lease } = made.ask({ tried: all.filter((one) => one !== id) })
      lease?.answered(500)
      lease?.release()
    }
  }
  const out = () => made.backends.filter(({ ejected }) => ejected).map(({ id }) => id)
  return { ...made, fail, out }
}

t.test('no more than the share of the pool is out at once', async (t) => {
  const { fail, out } = fragile(10, 0.3)
  fail('a', 'b', 'c', 'd', 'e')
  t.same(out(), ['a', 'b', 'c'])
})

t.test('one may always be', async (t) => {
  const { fail, out } = fragile(3, 0.1)
  fail('a', 'b')
  t.same(out(), ['a'])
})

t.test('the last that is up never is', async (t) => {
  const { fail, out, backends } = fragile(3, 1)
  backends[2]!.healthy = false
  fail('a', 'b', 'b')
  t.same(out(), ['a'])
  const alone = fragile(1, 1)
  alone.fail('a', 'a')
  t.same(alone.out(), [])
})

t.test('who could not be ejected is, with its next failure, once there is room', async (t) => {
  const { fail, out, clock } = fragile(3, 0.1)
  fail('a', 'b')
  clock.advance(30_000)
  t.same(out(), [])
  fail('b')
  t.same(out(), ['b'])
})
