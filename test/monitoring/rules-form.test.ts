import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import { ruleGroups } from '../../monitoring/rules/render.ts'
import type { AlertRule } from '../../monitoring/rules/rule.ts'

interface Rendered {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const alerts = ALERT_GROUPS.flatMap(({ rules }) => rules)
const rendered = ruleGroups().alerts.flatMap((group) => (group as { rules: readonly Rendered[] }).rules)
const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }

t.test('alerts are named in CamelCase', async (t) => {
  for (const { alert } of alerts) t.match(alert, /^([A-Z][a-z0-9]+)+$/)
})

t.test('no two rules make the same alert', async (t) => {
  const keys = rendered.map(({ alert, labels }) => JSON.stringify([alert, labels]))
  t.equal(new Set(keys).size, keys.length)
})

t.test('no two groups have one name', async (t) => {
  const names = [...RECORDING_GROUPS, ...ALERT_GROUPS].map(({ name }) => name)
  t.equal(new Set(names).size, names.length)
})

for (const { alert, labels, annotations } of rendered) {
  t.test(`${alert} says what an operator needs`, async (t) => {
    t.ok(['critical', 'warning', 'info', 'none'].includes(labels['severity'] ?? ''), 'how urgent it is')
    t.match(annotations['summary'], /^[^\n]{10,120}[^.\n]$/, 'what happens, in one line')
    t.match(annotations['description'], /^[^\n]{40,}[.?]$/, 'what it means, in sentences')
    t.match(
      annotations['runbook_url'],
      /^\{\{ \$externalURL \}\}\/consoles\/runbook\.html#alert-name-[a-z0-9]+$/,
    )
    t.match(
      annotations['dashboard_url'],
      /^\{\{ with \$externalLabels\.grafana_url \}\}.*http:\/\/localhost:3000\{\{ end \}\}\/d\/roam-[a-z]+$/,
    )
  })
}

t.test('an alert goes soon after its cause', async (t) => {
  for (const { alert, keepFiringFor } of alerts) t.ok(inSeconds(keepFiringFor ?? '0m') <= 120, alert)
})

t.test('what wakes somebody is told within minutes', async (t) => {
  // The second pair of an error budget is slow by definition.
  for (const rule of alerts.filter(({ severity }) => severity === 'critical'))
    t.ok(inSeconds(rule.for) <= (rule.labels?.['long'] === '6h' ? 15 : 2) * 60, rule.alert)
})

function inSeconds(duration: AlertRule['for']): number {
  return Number(duration.slice(0, -1)) * seconds[duration.slice(-1) as keyof typeof seconds]
}
