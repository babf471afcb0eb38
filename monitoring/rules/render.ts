/** Rules as Prometheus reads them. */
import { dump } from 'js-yaml'
import { dashboardUrl, runbookUrl } from '../links.ts'
import { ALERT_GROUPS } from './alerts.ts'
import { RECORDING_GROUPS } from './recording.ts'
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts'

const HEADER = '# Generated from monitoring/rules/ by npm run generate. Do not edit.\n'

/** The groups as Prometheus's own structure, for every format that contains it. */
export function ruleGroups(): { readonly recording: readonly object[]; readonly alerts: readonly object[] } {
  return {
    recording: RECORDING_GROUPS.map((group) => groupWith(group, recordingRule)),
    alerts: ALERT_GROUPS.map((group) => groupWith(group, alertRule)),
  }
}

/** monitoring/prometheus/rules/recording.yml */
export function renderRecordingRules(): string {
  const help = new Map(RECORDING_GROUPS.flatMap(({ rules }) => rules).map((rule) => [rule.record, rule.help]))
  // A recording rule has no field for a text.
  return yaml(ruleGroups().recording).replaceAll(
    /^( *)- record: (.+)$/gm,
    (line, indent: string, name: string) => `${indent}# ${help.get(name)!}\n${line}`,
  )
}

/** monitoring/prometheus/rules/alerts.yml */
export function renderAlerts(): string {
  return yaml(ruleGroups().alerts)
}

function yaml(groups: readonly object[]): string {
  return HEADER + dump({ groups }, { lineWidth: 110 })
}

function groupWith<Rule>({ name, interval, rules }: RuleGroup<Rule>, write: (rule: Rule) => object): object {
  return { name, ...(interval === undefined ? {} : { interval }), rules: rules.map(write) }
}

function recordingRule({ record, expr }: RecordingRule): object {
  return { record, expr }
}

function alertRule(rule: AlertRule): object {
  return {
    alert: rule.alert,
    expr: rule.expr,
    ...(rule.for === '0m' ? {} : { for: rule.for }),
    ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: rule.keepFiringFor }),
    labels: { severity: rule.severity, ...rule.labels },
    annotations: {
      summary: rule.summary,
      description: rule.description,
      runbook_url: runbookUrl(rule.alert),
      dashboard_url: dashboardUrl(rule.dashboard),
    },
  }
}
