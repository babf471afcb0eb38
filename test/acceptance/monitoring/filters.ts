/** Whether a choice in a dashboard's menus really filters: no panel may show what was not chosen. */
import { DASHBOARDS, expressions } from '../../../monitoring/dashboards/index.ts'
import type { PrometheusApi } from '../../monitoring/support/prometheus-api.ts'
import { interpolate } from './interpolate.ts'

export interface Choice {
  readonly menus: Readonly<Record<string, string>>
  /** Label → the values that may be seen. */
  readonly visible: Readonly<Record<string, readonly string[]>>
}

/** What is wrong, a line each: an error, or a series of something else. Alerts are shown whatever is chosen. */
export async function unfiltered(api: PrometheusApi, choice: Choice, from: Date): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const [uid, build] of Object.entries(DASHBOARDS)) {
    for (const { panel, expr, kind } of expressions(build())) {
      if (kind === 'variable' || expr.startsWith('ALERTS{')) continue
      const where = `${uid}, ${panel}`
      try {
        for (const { metric } of await api.range(interpolate(expr, choice.menus), from, new Date(), 15)) {
          const foreign = Object.entries(choice.visible).find(
            ([label, values]) => metric[label] !== undefined && !values.includes(metric[label]),
          )
          if (foreign !== undefined) wrong.push(`${where} shows ${foreign[0]}=${metric[foreign[0]] ?? ''}`)
        }
      } catch (error) {
        wrong.push(`${where}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return wrong
}
