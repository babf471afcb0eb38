import t from 'tap'
import type { OutlierConfig } from '../../../src/config/types.ts'
import { RoamError } from '../../../src/core/errors.ts'
import { OUTLIERS, testPool } from '../../support/pool.ts'

const RESET = new RoamError('UPSTREAM_RESET', 'reset')

/** A pool whose backend `a` answers as told; 'broken': its answer breaks off after a good head; 'dead': none comes. */
function outliers(config: OutlierConfig | undefined) {
  const made = testPool({
    backends: [{ maxRequests: 100 }, { maxRequests: 100 }],
    outliers: config,
  })
  const ejected = made.watch('backend:ejected')
  const answer = (...outcomes: (number | 'broken' | 'dead' | 'left')[]) => {
    for (const outcome of outcomes) {
      const { lease } = made.ask({ tried: ['b'] })
      if (outcome === 'broken') lease!.answered(200)
      if (typeof outcome === 'number') lease!.answered(outcome)
      else if (outcome !== 'left') lease!.failed(RESET)
      lease!.release()
    }
  }
  return { ...made, answer, ejected }
}

t.test('so many 5xx in a row eject a backend', async (t) => {
  const { answer, ejected, backends } = outliers({ ...OUTLIERS, consecutive5xx: 5 })
  answer(500, 501, 503, 500)
  answer(200)
  answer(500, 501, 503, 500)
  t.notOk(backends[0]!.ejected)
  answer(500)
  t.ok(backends[0]!.ejected)
  t.notOk(backends[0]!.available)
  t.same(ejected, [{ backendId: 'a', reason: 'consecutive_5xx', seconds: 30 }])
})

t.test('so many gateway errors in a row do, and other 5xx are none', async (t) => {
  const { answer, ejected, backends } = outliers({ ...OUTLIERS, consecutiveGatewayErrors: 3 })
  answer(502, 503, 500, 504, 502, 501, 500, 505, 502, 503)
  t.notOk(backends[0]!.ejected)
  answer(504)
  t.same(ejected, [{ backendId: 'a', reason: 'consecutive_gateway_errors', seconds: 30 }])
})

t.test('failed connections and answers that break off count as both', async (t) => {
  for (const rule of ['consecutive5xx', 'consecutiveGatewayErrors'] as const) {
    const { answer, backends } = outliers({ ...OUTLIERS, [rule]: 4 })
    answer('dead', 'broken', 'broken')
    t.notOk(backends[0]!.ejected)
    answer('dead')
    t.ok(backends[0]!.ejected, rule)
  }
})

t.test('a client that leaves proves nothing', async (t) => {
  const { answer, backends } = outliers({ ...OUTLIERS, consecutive5xx: 2 })
  answer(500, 'left', 'left')
  t.notOk(backends[0]!.ejected)
  answer(500)
  t.ok(backends[0]!.ejected, 'and does not break the row')
})

t.test('4xx are no failures', async (t) => {
  const { answer, backends } = outliers({ ...OUTLIERS, consecutive5xx: 2 })
  answer(404, 429, 499, 403)
  t.notOk(backends[0]!.ejected)
})

t.test('without outlier detection nobody is ejected', async (t) => {
  const { answer, backends } = outliers(undefined)
  answer(...Array<number>(100).fill(502))
  t.notOk(backends[0]!.ejected)
})
