/** Every expression that is shipped, asked of the live Prometheus over the whole run. */
import { comparedOperands } from '../../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../../monitoring/rules/recording.ts'
import type { PrometheusApi } from '../support/prometheus-api.ts'

export interface Shipped {
  /** Where it stands. */
  readonly where: string
  readonly expr: string
}

/**
 * What cannot have a value here, and why. At most five; one that does have a value stands here wrongly and fails too.
 */
export const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['job:quic_http3_share:ratio_rate30m offset 1d', 'this Prometheus has no yesterday'],
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
  const asked = new Map<string, Promise<string | undefined>>()
  for (const { where, expr } of all) {
    const answer = asked.get(expr) ?? judge(api, expr, from)
    asked.set(expr, answer)
    const verdict = await answer
    const excepted = EXCEPTIONS.has(expr)
    if (verdict !== undefined && !excepted) wrong.push(`${where}: ${verdict}: ${expr}`)
    if (verdict === undefined && excepted) wrong.push(`${where}: an exception that has values: ${expr}`)
  }
  for (const expr of EXCEPTIONS.keys()) {
    if (!asked.has(expr)) wrong.push(`an exception that nothing uses: ${expr}`)
  }
  return wrong
}

async function judge(api: PrometheusApi, expr: string, from: Date): Promise<string | undefined> {
  try {
    const series = await api.range(expr, from, new Date(), STEP_SECONDS)
    if (series.length === 0) return 'empty'
    const values = series.flatMap(({ values }) => values.map(([, value]) => Number(value)))
    return values.some(Number.isFinite) ? undefined : 'no number in it'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
