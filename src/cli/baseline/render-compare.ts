/** A comparison in tables, and what to keep in mind when reading them. */
import { DRAWS, FEWEST_DAYS } from './bootstrap.ts'
import type { Interval } from './bootstrap.ts'
import type { ComparedScope, Comparison } from './compare.ts'
import { formatDifference, formatFigure, formatTable } from './format.ts'
import { MEASURES } from './measures.ts'
import type { Unit } from './measures.ts'

export function renderComparison({ before, after, scopes, caveats }: Comparison): string {
  return [
    `before: ${before}`,
    `after:  ${after}`,
    '',
    ...scopes.flatMap((scope) => [renderScope(scope), '']),
    `In brackets: 95 % interval, by bootstrap over days (${DRAWS} draws, widened for few days, fixed seed; at least ${FEWEST_DAYS} days on each side).`,
    'Quantiles are interpolated within buckets: what is much smaller than a bucket is an estimate. pp: percentage points.',
    'Keep in mind:',
    ...caveats.map((caveat) => `- ${caveat}`),
    '',
  ].join('\n')
}

function renderScope(compared: ComparedScope): string {
  const { scope, daysBefore, daysAfter, requestsBefore, requestsAfter, measures } = compared
  const title =
    `${scope === 'all' ? 'all protocols' : scope}: ` +
    `before ${count(requestsBefore)} requests (days: ${daysBefore}), after ${count(requestsAfter)} (days: ${daysAfter})`
  if (daysBefore === 0 || daysAfter === 0) return `${title}: nothing to compare`
  const rows = measures.flatMap((one) => {
    const { title, unit } = MEASURES[one.measure]
    if (one.before === null && one.after === null) return []
    return [
      [
        title,
        formatFigure(one.before, unit),
        formatFigure(one.after, unit),
        formatDifference(one.difference, unit) + interval(one.differenceInterval, unit),
        ratio(one.ratio, one.ratioInterval),
        one.verdict,
      ],
    ]
  })
  if (rows.length === 0) return `${title}: nothing was measured`
  return `${title}\n${formatTable([['', 'before', 'after', 'difference', 'ratio', 'verdict'], ...rows])}`
}

function interval(range: Interval | null, unit: Unit): string {
  return range === null ? '' : ` [${formatDifference(range[0], unit)}, ${formatDifference(range[1], unit)}]`
}

function ratio(value: number | null, range: Interval | null): string {
  if (value === null) return '–'
  return value.toFixed(3) + (range === null ? '' : ` [${range[0].toFixed(3)}, ${range[1].toFixed(3)}]`)
}

function count(value: number): string {
  return formatFigure(value, 'count')
}
