/** Two baselines side by side, and whether a difference can be told from what days differ by anyway. */
import type { Baseline, Day } from './baseline.ts'
import { drawDays, FEWEST_DAYS, intervalOf } from './bootstrap.ts'
import type { Interval } from './bootstrap.ts'
import { findCaveats } from './caveats.ts'
import { measure, MEASURE_IDS, MEASURES, scopesOf } from './measures.ts'
import type { MeasureId } from './measures.ts'
import { addVectors, layoutOf, vectorsOf } from './vectors.ts'
import type { Layout, Scope } from './vectors.ts'

export type Verdict =
  'lower' | 'higher' | 'no difference that can be told' | 'too few days for an interval' | 'not in both'

export interface ComparedMeasure {
  readonly measure: MeasureId
  /** Null where nothing was measured, like every figure that depends on it. */
  readonly before: number | null
  readonly after: number | null
  /** after − before */
  readonly difference: number | null
  readonly differenceInterval: Interval | null
  /** after ÷ before */
  readonly ratio: number | null
  readonly ratioInterval: Interval | null
  readonly verdict: Verdict
}

export interface ComparedScope {
  readonly scope: Scope
  readonly daysBefore: number
  readonly daysAfter: number
  readonly requestsBefore: number
  readonly requestsAfter: number
  readonly measures: readonly ComparedMeasure[]
}

export interface Comparison {
  readonly before: string
  readonly after: string
  /** All protocols together, then each. */
  readonly scopes: readonly ComparedScope[]
  /** What may explain a difference besides the protocol. */
  readonly caveats: readonly string[]
}

const COMPARED = MEASURE_IDS.filter((id) => MEASURES[id].compared)

export function compare(before: Baseline, after: Baseline): Comparison {
  const days = [...before.days, ...after.days]
  const layout = layoutOf(days)
  return {
    before: before.name,
    after: after.name,
    scopes: scopesOf(days).map((scope) => compareScope(scope, before.days, after.days, layout)),
    caveats: findCaveats(before, after),
  }
}

function compareScope(
  scope: Scope,
  daysBefore: readonly Day[],
  daysAfter: readonly Day[],
  layout: Layout,
): ComparedScope {
  const before = vectorsOf(daysBefore, scope, layout)
  const after = vectorsOf(daysAfter, scope, layout)
  const figures = (vectors: readonly Float64Array[]) => measure(addVectors(vectors), layout)
  const [was, is] = [figures(before), figures(after)]
  const fewest = Math.min(before.length, after.length)
  const draws =
    fewest < FEWEST_DAYS
      ? undefined
      : drawDays(before, after, (some, others) => {
          const [x, y] = [figures(some), figures(others)]
          return COMPARED.flatMap((id) => [y[id] - x[id], y[id] / x[id]])
        })
  return {
    scope,
    daysBefore: before.length,
    daysAfter: after.length,
    requestsBefore: was.requests,
    requestsAfter: is.requests,
    measures: COMPARED.map((id, index) => {
      const difference = is[id] - was[id]
      const interval = draws && intervalOf(draws[2 * index]!, fewest)
      return {
        measure: id,
        before: orNull(was[id]),
        after: orNull(is[id]),
        difference: orNull(difference),
        differenceInterval: interval ?? null,
        ratio: orNull(is[id] / was[id]),
        ratioInterval: (draws && intervalOf(draws[2 * index + 1]!, fewest)) ?? null,
        verdict: judge(difference, interval),
      }
    }),
  }
}

function judge(difference: number, interval: Interval | undefined): Verdict {
  if (!Number.isFinite(difference)) return 'not in both'
  if (interval === undefined) return 'too few days for an interval'
  const [low, high] = interval
  if (low > 0) return 'higher'
  return high < 0 ? 'lower' : 'no difference that can be told'
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
