import t from 'tap'
import { DASHBOARDS, expressions } from '../../monitoring/dashboards/index.ts'
import { selectors, withoutVariables } from '../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import { CATALOGUE } from '../../src/telemetry/catalogue.ts'
import { NODE_DEFAULTS } from '../../src/telemetry/catalogue/process.ts'

t.test('every metric that Roam exports is on a dashboard or in a rule', (t) => {
  const queries = [
    ...Object.values(DASHBOARDS).flatMap((build) =>
      expressions(build())
        .filter(({ kind }) => kind === 'panel')
        .map(({ expr }) => expr),
    ),
    ...[...RECORDING_GROUPS, ...ALERT_GROUPS].flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ]
  const used = new Set(
    queries
      .flatMap((expr) => selectors(withoutVariables(expr)))
      .map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, '')),
  )
  for (const name of [...CATALOGUE.map((metric) => metric.name), ...NODE_DEFAULTS]) t.ok(used.has(name), name)
  t.end()
})
