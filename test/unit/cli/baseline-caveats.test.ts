import t from 'tap'
import { findCaveats } from '../../../src/cli/baseline/caveats.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const DAYS = Array.from({ length: 7 }, () => ({ h2: protocolDay(50) }))
const NEXT_WEEK = { end: '2026-11-09T00:00:00.000Z' }
const before = baseline(DAYS)
/** What is said besides what is always said. */
const said = (after: typeof before) => findCaveats(before, after).slice(3).join('\n')

t.test('nobody drew the clients by chance: always said', async (t) => {
  t.match(
    findCaveats(before, baseline(DAYS, NEXT_WEEK)).join('\n'),
    /not two groups of clients drawn by chance/,
  )
  t.equal(said(baseline(DAYS, NEXT_WEEK)), '', 'whole weeks of equal load: nothing else')
})

t.test('weekdays that are not alike', async (t) => {
  const five = DAYS.slice(0, 5)
  t.match(said(baseline(five, NEXT_WEEK)), /Sun 1, Mon 1, .*before; Sun 1, Mon 1, Tue 1, Wed 1, Thu 1 after/)
})

t.test('another load', async (t) => {
  const busy = DAYS.map(() => ({ h2: protocolDay(50, { requests: 1000 }) }))
  t.match(said(baseline(busy, NEXT_WEEK)), /100 requests a day before, 1000 after/)
})

t.test('days that are in both, and days that were not scraped whole', async (t) => {
  const after = baseline(DAYS, { end: '2026-11-08T12:00:00.000Z', coverage: 0.5 })
  t.match(said(after), /1 of the days after overlap with days before/)
  t.match(said(after), /7 of 7 days after were scraped for less than 90 %/)
})

t.test('another job', async (t) => {
  t.match(said({ ...baseline(DAYS, NEXT_WEEK), job: 'other' }), /roam before, other after/)
})
