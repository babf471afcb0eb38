import type { Query } from './panels.ts'
import { quantile } from './queries.ts'

/** A line for each percentile, and for each value of the label `by`. */
export function percentiles(
  percents: readonly number[],
  histogram: string,
  { by = '', matchers = '' }: { by?: string; matchers?: string } = {},
): readonly Query[] {
  return percents.map((percent) => ({
    expr: quantile(percent / 100, histogram, by, matchers),
    legend: by === '' ? `p${percent}` : `{{${by}}} p${percent}`,
  }))
}
