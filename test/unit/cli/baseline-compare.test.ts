import t from 'tap'
import { compare } from '../../../src/cli/baseline/compare.ts'
import type { Comparison } from '../../../src/cli/baseline/compare.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const FAST_SHARES = [50, 55, 45, 52, 48, 51, 49]
const week = (shift: number, end?: string) =>
  baseline(
    FAST_SHARES.map((fast) => ({ 'http/1.1': protocolDay(fast + shift) })),
    end === undefined ? {} : { end },
  )
const row = ({ scopes }: Comparison, measure: string) =>
  scopes[0]?.measures.find((one) => one.measure === measure)

t.test('equal periods: no difference that can be told', async (t) => {
  const { scopes } = compare(week(0), week(0, '2026-11-09T00:00:00.000Z'))
  t.strictSame(
    scopes.map(({ scope }) => scope),
    ['all', 'http/1.1'],
  )
  for (const { measures } of scopes) {
    for (const { measure, difference, ratio, verdict } of measures.filter(({ before }) => before !== null)) {
      t.equal(difference, 0, measure)
      t.equal(ratio, 1, measure)
      t.equal(verdict, 'no difference that can be told', measure)
    }
  }
})

t.test('a small difference in days that differ is none', async (t) => {
  const p75 = row(compare(week(0), week(1, '2026-11-09T00:00:00.000Z')), 'ttfbP75')
  t.ok(Number(p75?.difference) < 0)
  t.equal(p75?.verdict, 'no difference that can be told')
})

t.test('a difference larger than what days differ by is told, with its interval', async (t) => {
  const p75 = row(compare(week(0), week(20, '2026-11-09T00:00:00.000Z')), 'ttfbP75')
  t.equal(p75?.verdict, 'lower')
  // 75 of 100: 0.1 + 0.9 * 25/50 before, 0.1 + 0.9 * 5/30 after.
  t.equal(p75?.before?.toFixed(6), '0.550000')
  t.equal(p75?.after?.toFixed(6), '0.250000')
  const [low, high] = p75?.differenceInterval ?? [NaN, NaN]
  t.ok(low < -0.3 && -0.3 < high && high < 0, `-0.3 is in [${low}, ${high}]`)
  const [least, most] = p75?.ratioInterval ?? [NaN, NaN]
  t.ok(least < 0.25 / 0.55 && 0.25 / 0.55 < most && most < 1, `the ratio is in [${least}, ${most}]`)
})

t.test('the same files give the same intervals', async (t) => {
  t.strictSame(compare(week(0), week(5)), compare(week(0), week(5)))
})

t.test('fewer than 5 days on one side: no interval', async (t) => {
  const few = baseline(FAST_SHARES.slice(0, 4).map((fast) => ({ 'http/1.1': protocolDay(fast + 20) })))
  const p75 = row(compare(week(0), few), 'ttfbP75')
  t.equal(p75?.verdict, 'too few days for an interval')
  t.equal(p75?.differenceInterval, null)
  t.ok(Number(p75?.difference) < 0, 'the difference itself is told')
})

t.test('a protocol of one period only', async (t) => {
  const { scopes } = compare(week(0), baseline(FAST_SHARES.map((fast) => ({ h3: protocolDay(fast) }))))
  const verdicts = (name: string) =>
    new Set(scopes.find(({ scope }) => scope === name)?.measures.map(({ verdict }) => verdict))
  t.strictSame(verdicts('h3'), new Set(['not in both']))
  t.strictSame(verdicts('http/1.1'), new Set(['not in both']))
  t.notOk(verdicts('all').has('not in both'), 'all of them together can be compared')
})

t.test('what a day does not tell dilutes no share', async (t) => {
  const told = { errors: 10, aborts: 20, responseBytes: 300 }
  const silent = { errors: undefined, aborts: undefined, responseBytes: undefined, requests: 1e6 }
  const days = baseline([{ h2: protocolDay(50, told) }, { h2: protocolDay(50, silent) }])
  const compared = compare(days, days)
  t.equal(row(compared, 'errorShare')?.before, 0.1)
  t.equal(row(compared, 'abortShare')?.before, 0.2)
  t.equal(row(compared, 'bytesPerRequest')?.before, 3)
})
