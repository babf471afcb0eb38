/** A baseline in words and one table. */
import { DAY_MS } from './baseline.ts'
import type { Baseline, Day } from './baseline.ts'
import { formatFigure, formatTable, formatTime } from './format.ts'
import { measure, MEASURE_IDS, MEASURES, scopesOf } from './measures.ts'
import { addVectors, layoutOf, vectorsOf } from './vectors.ts'

export function renderBaseline({ name, job, exportedAt, days }: Baseline): string {
  const layout = layoutOf(days)
  const scopes = scopesOf(days)
  const vectors = scopes.map((scope) => vectorsOf(days, scope, layout))
  const measured = vectors.map((own) => measure(addVectors(own), layout))
  const table = formatTable([
    ['', ...scopes],
    ['days', ...vectors.map((own) => String(own.length))],
    ...MEASURE_IDS.map((id) => [
      MEASURES[id].title,
      ...measured.map((own) => formatFigure(missing(own[id], id) ? null : own[id], MEASURES[id].unit)),
    ]),
  ])
  const scraped = days.reduce((sum, { coverage }) => sum + coverage, 0) / days.length
  const gaps = missingDays(days)
  return [
    name,
    `job ${job}, exported ${formatTime(exportedAt)}; all times UTC`,
    `${days.length} ${days.length === 1 ? 'day' : 'days'} from ${formatTime(new Date(Date.parse(days[0]!.end) - DAY_MS))} to ${formatTime(days.at(-1)!.end)}, scraped for ${(scraped * 100).toFixed(1)} % of that time`,
    ...(gaps.length === 0 ? [] : [`missing: the days that end ${gaps.join(', ')}`]),
    '',
    table,
    '',
    'Time to first byte and duration: pages and AJAX calls, summed buckets, interpolated as histogram_quantile() does.',
    'Requests do not include those that the client left (499). QUIC packets and migrations are those of the whole process.',
    '',
  ].join('\n')
}

/** QUIC's own counts belong to no single protocol's column, where they are 0. */
function missing(value: number, id: keyof typeof MEASURES): boolean {
  return (id === 'packets' || id === 'migrations') && value === 0
}

function missingDays(days: readonly Day[]): string[] {
  const gaps: string[] = []
  let expected = Date.parse(days[0]!.end)
  for (const { end } of days) {
    for (; expected < Date.parse(end); expected += DAY_MS) gaps.push(formatTime(new Date(expected)))
    expected = Date.parse(end) + DAY_MS
  }
  return gaps
}
