import t from 'tap'
import { OUTLIERS, testPool } from '../../support/pool.ts'

/** Ten backends; `play` answers so many requests on each, with so many failures, spread so that none are in a row. */
function peers(more = {}) {
  const made = testPool({
    backends: Array.from({ length: 10 }, () => ({ maxRequests: 1000 })),
    outliers: { ...OUTLIERS, successRateDeviations: 1.9, ...more },
  })
  const ejected = made.watch('backend:ejected')
  const all = made.backends.map(({ id }) => id)
  const play = (requests: number, failures: Record<string, number>) => {
    for (const id of all)
      for (let i = 0; i < requests; i++) {
        const { lease } = made.ask({ tried: all.filter((one) => one !== id) })
        lease!.answered(i < (failures[id] ?? 0) ? 500 : 200)
        lease!.release()
      }
    made.clock.advance(OUTLIERS.intervalMs)
  }
  return { ...made, play, ejected, all }
}

t.test('a success rate far below that of its peers ejects', async (t) => {
  const { play, ejected } = peers()
  play(100, { a: 1, b: 2, c: 40, d: 1 })
  t.same(ejected, [{ backendId: 'c', reason: 'success_rate', seconds: 30 }])
})

t.test('when all are as bad as each other nobody stands out, whatever the fractions add up to', async (t) => {
  const { play, ejected, all } = peers({ successRateDeviations: 0.1 })
  for (let failures = 0; failures < 30; failures++)
    play(30, Object.fromEntries(all.map((id) => [id, failures])))
  t.same(ejected, [])
})

t.test('a rate of too few requests says nothing', async (t) => {
  const { play, ejected } = peers()
  play(9, { c: 9 })
  play(9, { c: 9 })
  t.same(ejected, [], 'nor does it add up over intervals')
  play(10, { c: 9 })
  t.equal(ejected.length, 1)
})

t.test('nothing is ejected for its rate where that rule is off', async (t) => {
  const { play, ejected } = peers({ successRateDeviations: undefined })
  play(100, { c: 90 })
  t.same(ejected, [])
})
