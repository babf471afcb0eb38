import t from 'tap'
import { slowStart } from '../../../src/balancer/slow-start.ts'

t.test('a backend that comes back begins with a tenth and grows evenly', async (t) => {
  const factors = [0, 1_000, 3_000, 15_000, 29_999, 30_000, 1e9].map((ms) => slowStart(500, 500 + ms, 30_000))
  t.same(
    factors.map((one) => Number(one.toFixed(3))),
    [0.1, 0.1, 0.1, 0.5, 1, 1, 1],
  )
})

t.test('without a duration it is all there at once', async (t) => {
  t.equal(slowStart(0, 0, 0), 1)
})

t.test('a clock that is read too early gives the least, never less', async (t) => {
  t.equal(slowStart(1000, 0, 10), 0.1)
})
