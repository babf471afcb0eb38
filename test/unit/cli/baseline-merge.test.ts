import t from 'tap'
import { mergeDays } from '../../../src/cli/baseline/days.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const known = baseline([{ h2: protocolDay(50) }, { h2: protocolDay(50) }], { coverage: 0.9 }).days

t.test('new days are added, in order of time', async (t) => {
  const found = baseline([{ h3: protocolDay(50) }], { end: '2026-11-01T00:00:00.000Z' }).days
  const { days, added, replaced } = mergeDays(known, found)
  t.strictSame([added, replaced], [1, 0])
  t.strictSame(
    days.map(({ end }) => end.slice(8, 10)),
    ['01', '02', '03'],
  )
})

t.test('a day gives way to a more complete one', async (t) => {
  const { days, replaced } = mergeDays(known, baseline([{ h3: protocolDay(50) }], { coverage: 1 }).days)
  t.equal(replaced, 1)
  t.strictSame(
    days.map(({ protocols }) => Object.keys(protocols)),
    [['h3'], ['h2']],
  )
})

t.test('a day does not give way to one of which retention has eaten', async (t) => {
  for (const coverage of [0.4, 0.9]) {
    const { days, replaced } = mergeDays(known, baseline([{ h3: protocolDay(50) }], { coverage }).days)
    t.equal(replaced, 0)
    t.strictSame(days, known)
  }
})
