import t from 'tap'
import { compare } from '../../../src/cli/baseline/compare.ts'
import { renderComparison } from '../../../src/cli/baseline/render-compare.ts'
import { renderBaseline } from '../../../src/cli/baseline/render-show.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const days = (protocol: string) => Array.from({ length: 7 }, () => ({ [protocol]: protocolDay(50) }))
const before = baseline(days('http/1.1'), { name: 'HTTP/1.1 before the switch' })
const after = baseline(days('h3'), { name: 'after', end: '2026-11-09T00:00:00.000Z' })

t.test('a baseline: what it is, then a column for each protocol', async (t) => {
  const [name, facts, period, , header, count, requests, errors] = renderBaseline(before).split('\n')
  t.equal(name, 'HTTP/1.1 before the switch')
  t.equal(facts, 'job roam, exported 2026-11-20 00:00; all times UTC')
  t.equal(period, '7 days from 2026-11-01 00:00 to 2026-11-08 00:00, scraped for 100.0 % of that time')
  t.match(header, /^ +all +http\/1\.1$/)
  t.match(count, /^days +7 +7$/)
  t.match(requests, /^requests +700 +700$/)
  t.match(errors, /^answered with 5xx +1\.000 % +1\.000 %$/)
})

t.test(
  'a comparison: both names, all protocols together, then each, then what to keep in mind',
  async (t) => {
    const text = renderComparison(compare(before, after))
    t.match(
      text,
      /^before: HTTP\/1\.1 before the switch\nafter: {2}after\n\nall protocols: before 700 requests/,
    )
    t.match(
      text,
      /\nanswered with 5xx .* 0\.000 pp \[0\.000 pp, 0\.000 pp\] .* no difference that can be told\n/,
    )
    t.match(text, /\nhttp\/1\.1: before 700 requests \(days: 7\), after 0 \(days: 0\): nothing to compare\n/)
    t.match(text, /\nKeep in mind:\n- This compares two periods, not two groups of clients drawn by chance/)
  },
)
