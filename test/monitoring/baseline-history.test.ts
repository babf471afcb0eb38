/** Days that a real Prometheus remembers: gaps, a file that grows, and what it does not have. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readBaseline } from '../../src/cli/baseline/file.ts'
import { DAILY_RULES } from '../../src/cli/baseline/names.ts'
import { TEXTFILE } from '../../src/cli/baseline/textfile.ts'
import { skipWithout } from '../support/client-tools.ts'
import { roam } from '../unit/cli/support.ts'
import { startPrometheusWithHistory } from './support/small-prometheus.ts'

const skip = skipWithout('prometheus', 'prometheus') || skipWithout('promtool', 'prometheus')
const MINUTE = 60
const DAY = 86_400
/** Of November 2026, each ending at midnight; Roam was not scraped on the day that ended on the 4th. */
const ENDS = [2, 3, 5, 6, 7, 8, 9]
const GAP = '2026-11-04 00:00'

/** OpenMetrics: families one after the other, each in order of time. */
function history(): string {
  const families = {
    up: ENDS.flatMap((date) => {
      const end = Date.UTC(2026, 10, date) / 1000
      return Array.from(
        { length: DAY / MINUTE },
        (_, i) => `up{job="roam"} 1 ${end - DAY + (i + 1) * MINUTE}`,
      )
    }),
    [DAILY_RULES.requests]: daily((date) => [
      [`${DAILY_RULES.requests}{job="roam",protocol="h2"}`, 1000 + date],
      [`${DAILY_RULES.requests}{job="other",protocol="h2"}`, 7],
    ]),
    [DAILY_RULES.timeToFirstByte]: daily((date) =>
      [0.1, 1, '+Inf'].map((le, i) => [
        `${DAILY_RULES.timeToFirstByte}{job="roam",protocol="h2",le="${le}"}`,
        [500 + date, 1000, 1000][i]!,
      ]),
    ),
  }
  return Object.entries(families)
    .map(([name, lines]) => `# TYPE ${name} gauge\n${lines.join('\n')}\n`)
    .join('')
}

function daily(series: (date: number) => (readonly [string, number])[]): string[] {
  return ENDS.flatMap((date) =>
    series(date).map(([name, value]) => `${name} ${value} ${Date.UTC(2026, 10, date) / 1000}`),
  )
}

t.test('a history', { skip }, async (t) => {
  const url = await startPrometheusWithHistory(t, history())
  const take = (file: string, ...more: string[]) =>
    roam(['baseline', 'export', '--prometheus', url, '--out', file, ...more])

  await t.test('gaps are named; later exports add days at the same time of day', async (t) => {
    const file = join(t.testdir(), 'b.json')
    const first = await take(file, '--days', '4', '--until', '2026-11-06', '--name', 'before')
    t.equal(first.code, 0, first.stderr)
    t.match(first.stdout, `Prometheus had nothing for the day that ends ${GAP} UTC: `)
    t.match(first.stdout, ': 3 days until 2026-11-06 00:00 UTC (3 added, 0 replaced')
    const second = await take(file, '--days', '4', '--until', '2026-11-09T17:30:00Z')
    t.match(second.stdout, ': 6 days until 2026-11-09 00:00 UTC (3 added, 0 replaced')
    t.notMatch(second.stdout, 'had nothing')
    const { name, days } = readBaseline(file)
    t.equal(name, 'before', 'the name stays')
    t.strictSame(
      days.map(({ end, protocols }) => [end.slice(8, 10), protocols['h2']?.requests]),
      [3, 5, 6, 7, 8, 9].map((date) => [String(date).padStart(2, '0'), 1000 + date]),
    )
    for (const { coverage } of days) t.ok(coverage > 0.99 && coverage <= 1, `${coverage} of the day`)
    t.strictSame(
      Object.keys(days[0]!.protocols['h2']!),
      ['requests', 'timeToFirstByte'],
      'nothing is filled in',
    )

    const shown = await roam(['baseline', 'show', file])
    t.match(shown.stdout, `missing: the days that end ${GAP}\n`)
    t.match(shown.stdout, /\nanswered with 5xx +– +–\n/)
    const compared = await roam(['baseline', 'compare', file, file, '--json'])
    t.match(compared.stdout, '"verdict": "no difference that can be told"')
  })

  await t.test('a name can be given later', async (t) => {
    const file = join(t.testdir(), 'b.json')
    await take(file, '--until', '2026-11-09')
    await take(file, '--until', '2026-11-09', '--name', 'after all')
    t.equal(readBaseline(file).name, 'after all')
  })

  await t.test('only an export that has its last day tells node-exporter so', async (t) => {
    const folder = t.testdir({ textfiles: {} })
    const textfiles = join(folder, 'textfiles')
    const exported = (until: string) =>
      take(join(folder, 'b.json'), '--days', '2', '--until', until, '--textfile', textfiles)
    t.equal((await exported('2026-11-04')).code, 0, 'the day before is there')
    t.strictSame(readdirSync(textfiles), [])
    const began = Date.now() / 1000
    t.equal((await exported('2026-11-05')).code, 0)
    t.strictSame(readdirSync(textfiles), [TEXTFILE])
    const [, seconds] = /\nquic_baseline_export_timestamp_seconds (\S+)\n$/.exec(
      readFileSync(join(textfiles, TEXTFILE), 'utf8'),
    )!
    t.ok(Number(seconds) >= began && Number(seconds) <= Date.now() / 1000, 'by this clock')
    const nowhere = await take(
      join(folder, 'b.json'),
      '--until',
      '2026-11-05',
      '--textfile',
      join(folder, 'none'),
    )
    t.match(nowhere, { code: 1, stderr: /none\/roam_baseline\.prom cannot be written \(ENOENT\)/ })
  })

  await t.test('a job that nobody scraped makes no file', async (t) => {
    const file = join(t.testdir(), 'b.json')
    const { code, stdout, stderr } = await take(file, '--job', 'none', '--until', '2026-11-09')
    t.strictSame([code, stdout], [1, ''])
    t.match(
      stderr,
      /^roam: http:.* has no daily summaries of job none for the 7 days until 2026-11-09 00:00 UTC/,
    )
    t.notOk(existsSync(file))
  })

  await t.test('a file of another job is kept', async (t) => {
    const file = join(t.testdir(), 'b.json')
    await take(file, '--until', '2026-11-09')
    const { code, stderr } = await take(file, '--until', '2026-11-09', '--job', 'other')
    t.equal(code, 1)
    t.match(stderr, 'is of job roam, not other: export to another file')
    t.equal(readBaseline(file).job, 'roam')
  })

  await t.test('a damaged file is refused and kept', async (t) => {
    const file = join(t.testdir({ 'b.json': '' }), 'b.json')
    for (const text of ['{"format": "roam-base', '{"format": "something else"}']) {
      writeFileSync(file, text)
      const { code, stderr } = await take(file, '--until', '2026-11-09')
      t.equal(code, 1)
      t.match(stderr, /b\.json is (?:damaged or )?no baseline: .*It was left as it is\.\n$/)
      t.equal(readFileSync(file, 'utf8'), text)
    }
  })
})
