/** Every expression that is shipped, asked of the live Prometheus over the whole run. */
import { DASHBOARDS, expressions } from '../../../monitoring/dashboards/index.ts'
import { comparedOperands } from '../../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../../monitoring/rules/recording.ts'
import { EXPORTED_AT } from '../../../src/cli/baseline/textfile.ts'
import type { PrometheusApi } from '../../monitoring/support/prometheus-api.ts'
import { interpolate } from './interpolate.ts'

export interface Shipped {
  /** Where it stands. */
  readonly where: string
  readonly expr: string
}

/**
 * A part of an expression that keeps it from having a value here, and why. At most five. An expression that does have one,
 * and an entry that concerns none, are mistakes too.
 */
export const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  [' offset 1d', 'this Prometheus has no yesterday'],
  [EXPORTED_AT, 'nobody exports baselines here: it takes a cron job and a day'],
])

const STEP_SECONDS = 15

/** As they are evaluated; of an alert what it compares, because the whole is empty while all is well. */
export function ruleExpressions(): readonly Shipped[] {
  const recording = RECORDING_GROUPS.flatMap(({ rules }) => rules)
  const alerts = ALERT_GROUPS.flatMap(({ rules }) => rules)
  return [
    ...recording.map(({ record, expr }) => ({ where: `rule ${record}`, expr })),
    ...alerts.flatMap(({ alert, expr }) =>
      comparedOperands(expr).map((operand) => ({ where: `alert ${alert}`, expr: present(operand) })),
    ),
  ]
}

/** Panels and annotations, and the label_values() of variables, as Grafana would ask with everything chosen. */
export function dashboardExpressions(): readonly Shipped[] {
  return Object.entries(DASHBOARDS).flatMap(([uid, build]) =>
    expressions(build()).map(({ panel, refId, expr }) => ({
      where: `${uid}, ${panel} (${refId})`,
      expr: interpolate(expr, {}),
    })),
  )
}

/** absent() is empty while there is something; that something can be asked for. */
function present(operand: string): string {
  return /^absent\((.*)\)$/s.exec(operand)?.[1] ?? operand
}

/** What is wrong, a line each: an error, nothing but NaN, nothing at all. */
export async function unanswered(
  api: PrometheusApi,
  all: readonly Shipped[],
  from: Date,
): Promise<readonly string[]> {
  const wrong: string[] = []
  const exceptions = [...EXCEPTIONS.keys()]
  const asked = new Map<string, Promise<string | undefined>>()
  for (const { where, expr } of all) {
    const answer = asked.get(expr) ?? judge(api, expr, from)
    asked.set(expr, answer)
    const verdict = await answer
    const excepted = exceptions.some((part) => expr.includes(part))
    if (verdict !== undefined && !excepted) wrong.push(`${where}: ${verdict}: ${expr}`)
    if (verdict === undefined && excepted) wrong.push(`${where}: an exception that has values: ${expr}`)
  }
  for (const part of exceptions) {
    if (!all.some(({ expr }) => expr.includes(part))) wrong.push(`an exception that nothing uses: ${part}`)
  }
  return wrong
}

async function judge(api: PrometheusApi, expr: string, from: Date): Promise<string | undefined> {
  try {
    const variable = /^label_values\((.*), (\w+)\)$/s.exec(expr)
    if (variable !== null) {
      const values = await api.labelValues(variable[2] ?? '', variable[1] ?? '')
      return values.length === 0 ? 'empty' : undefined
    }
    const series = await api.range(expr, from, new Date(), STEP_SECONDS)
    if (series.length === 0) return 'empty'
    const values = series.flatMap(({ values }) => values.map(([, value]) => Number(value)))
    return values.some(Number.isFinite) ? undefined : 'no number in it'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
