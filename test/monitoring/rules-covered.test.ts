/** An alert that was never seen firing may not be able to; one that was never seen silent may never stop. */
import t from 'tap'
import { type Selector, selectors } from '../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import type { AlertRule } from '../../monitoring/rules/rule.ts'
import { type RuleTest, ruleTests } from './support/promtool.ts'

const tests = ruleTests()
const rules = ALERT_GROUPS.flatMap((group) => group.rules)
const queries = tests.flatMap((test) => test.promql_expr_test ?? [])
const alertTests = tests.flatMap((test) => test.alert_rule_test ?? [])

for (const rule of rules) {
  t.test([rule.alert, ...Object.values(own(rule))].join(' '), async (t) => {
    t.ok(seen(rule, 'firing') || announced(rule), 'is shown firing')
    if (rule.for !== '0m') t.ok(seen(rule, 'pending'), `is shown pending before ${rule.for} have passed`)
    if (rule.alert !== 'Watchdog') t.ok(silent(rule), 'is shown silent')
  })
}

t.test('every recording rule is shown with a value', async (t) => {
  const shown = queries
    .filter(({ exp_samples: samples }) => samples.length > 0)
    .flatMap(({ expr }) => selectors(expr))
    .map(({ metric }) => metric)
  const records = RECORDING_GROUPS.flatMap((group) => group.rules).map(({ record }) => record)
  t.strictSame(
    records.filter((record) => !shown.includes(record)),
    [],
  )
})

t.test('every test is about rules that exist', async (t) => {
  const names = new Set(rules.map(({ alert }) => alert))
  const tested = [
    ...alertTests.map(({ alertname }) => alertname),
    ...alertQueries().flatMap(({ selector }) => (value(selector, 'alertname') ?? '').split('|')),
  ]
  t.strictSame(
    tested.filter((name) => !names.has(name)),
    [],
  )
})

/** What tells a rule apart from others of its name. */
function own({ severity, labels }: AlertRule): Readonly<Record<string, string>> {
  return { severity, ...labels }
}

function alertQueries(): readonly {
  readonly selector: Selector
  readonly samples: NonNullable<RuleTest['promql_expr_test']>[number]['exp_samples']
}[] {
  return queries.flatMap(({ expr, exp_samples: samples }) =>
    selectors(expr)
      .filter(({ metric }) => metric === 'ALERTS')
      .map((selector) => ({ selector, samples })),
  )
}

function seen(rule: AlertRule, state: 'firing' | 'pending'): boolean {
  const wanted = Object.entries({ alertname: rule.alert, alertstate: state, ...own(rule) })
  return alertQueries()
    .flatMap(({ samples }) => samples)
    .flatMap(({ labels }) => selectors(labels))
    .some((sample) => wanted.every(([label, text]) => value(sample, label) === text))
}

function announced(rule: AlertRule): boolean {
  return alertTests
    .filter(({ alertname }) => alertname === rule.alert)
    .flatMap(({ exp_alerts: alerts }) => alerts)
    .some(({ exp_labels: labels }) =>
      Object.entries(own(rule)).every(([label, text]) => labels[label] === text),
    )
}

/** Neither firing nor pending; where rules share a name, the test says which one it is about. */
function silent(rule: AlertRule): boolean {
  const shared = rules.filter(({ alert }) => alert === rule.alert).length > 1
  return alertQueries().some(
    ({ selector, samples }) =>
      samples.length === 0 &&
      (value(selector, 'alertname') ?? '').split('|').includes(rule.alert) &&
      value(selector, 'alertstate') === undefined &&
      (!shared || Object.entries(own(rule)).some(([label, text]) => value(selector, label) === text)) &&
      Object.entries(own(rule)).every(([label, text]) => [undefined, text].includes(value(selector, label))),
  )
}

function value({ matchers }: Selector, name: string): string | undefined {
  return matchers.find(({ label }) => label === name)?.value
}
