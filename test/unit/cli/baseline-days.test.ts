import t from 'tap'
import { dayEnds } from '../../../src/cli/baseline/days.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const iso = (dates: readonly Date[]) => dates.map((date) => date.toISOString())

t.test('days end at `until`, and a day before it, and so on', async (t) => {
  t.strictSame(iso(dayEnds(new Date('2026-11-20T03:00:07Z'), 2, [])), [
    '2026-11-19T03:00:07.000Z',
    '2026-11-20T03:00:07.000Z',
  ])
})

t.test('days end when those of the file do: no hour counts twice', async (t) => {
  const { days } = baseline([{ h3: protocolDay(1) }], { end: '2026-11-18T03:00:00.000Z' })
  const ends = (until: string) => iso(dayEnds(new Date(until), 2, days))
  t.strictSame(ends('2026-11-20T14:00:00Z'), ['2026-11-19T03:00:00.000Z', '2026-11-20T03:00:00.000Z'])
  t.strictSame(ends('2026-11-20T02:59:59Z'), ['2026-11-18T03:00:00.000Z', '2026-11-19T03:00:00.000Z'])
  t.strictSame(ends('2026-11-16T12:00:00Z'), ['2026-11-15T03:00:00.000Z', '2026-11-16T03:00:00.000Z'])
})
