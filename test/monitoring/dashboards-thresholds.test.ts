import t from 'tap'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { GOOD } from '../../monitoring/dashboards/colours.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import type { AlertRule } from '../../monitoring/rules/rule.ts'
import { OBJECTIVES } from '../../monitoring/rules/thresholds.ts'
import { dashboards, figures, limitsOf, watchedBy } from './support/dashboards.ts'

const alerts: readonly AlertRule[] = ALERT_GROUPS.flatMap(({ rules }) => rules)

/** Lines that alerts on budgets do not name: an objective itself, and a budget that is spent. */
const OF_BUDGETS: readonly number[] = [0, ...Object.values(OBJECTIVES)]

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: lines stand where the alerts compare`, (t) => {
    for (const panel of figures(dashboard))
      for (const line of limitsOf(panel)) {
        const watched = watchedBy(panel)
        const numbers = [
          ...watched.flatMap(numbersOf),
          ...(watched.some((alert) => alert.endsWith('BudgetBurn')) ? OF_BUDGETS : []),
          ...statesOf(panel),
        ]
        t.ok(numbers.includes(line), `${panel.title!}: ${line}`)
      }
    t.end()
  })

  t.test(`${uid}: green is the side of a line on which its alert is silent`, (t) => {
    for (const panel of figures(dashboard)) {
      const [line] = limitsOf(panel)
      // Objectives are met above, while their alerts compare how much is missed; states are not more or less.
      if (line === undefined || OF_BUDGETS.includes(line) || statesOf(panel).length > 0) continue
      const belowIsBad = watchedBy(panel).some((name) =>
        alerts.some(({ alert, expr }) => alert === name && expr.includes(' < ')),
      )
      const [lowest] = panel.fieldConfig?.defaults.thresholds?.steps ?? []
      t.equal(lowest?.color !== GOOD, belowIsBad, panel.title ?? '')
    }
    t.end()
  })

  t.test(`${uid}: a panel links to the runbook of alerts that exist`, (t) => {
    for (const panel of figures(dashboard))
      for (const name of watchedBy(panel))
        t.ok(
          alerts.some(({ alert }) => alert === name),
          `${panel.title!}: ${name}`,
        )
    t.end()
  })

  t.test(`${uid}: an alert that sends people here finds its panel`, (t) => {
    const watched = new Set(figures(dashboard).flatMap(watchedBy))
    for (const { alert } of alerts.filter((rule) => rule.dashboard === uid)) t.ok(watched.has(alert), alert)
    t.end()
  })
}

/** Panels that name states colour them by their numbers. */
function statesOf(panel: Panel): readonly number[] {
  return (panel.fieldConfig?.defaults.mappings ?? []).flatMap((mapping) =>
    Object.keys(mapping.options).map(Number),
  )
}

/** Every number of an alert's expressions; 14 * 86400 as its product too. */
function numbersOf(name: string): readonly number[] {
  return alerts
    .filter(({ alert }) => alert === name)
    .flatMap(({ expr }) => [
      ...[...expr.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g)].map(([number]) => Number(number)),
      ...[...expr.matchAll(/([\d.]+) \* ([\d.]+)/g)].map(([, a, b]) => Number(a) * Number(b)),
    ])
}
