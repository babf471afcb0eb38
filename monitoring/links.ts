/** Where an alert sends whoever receives it. */
import type { DashboardUid } from './rules/rule.ts'

/**
 * A site whose Grafana has an address of its own says so once, by the external label grafana_url of its Prometheus
 * (monitoring/prometheus/prometheus.yml); else it is where start-monitoring.sh has it listen.
 */
const GRAFANA_URL = '{{ with $externalLabels.grafana_url }}{{ . }}{{ else }}http://localhost:3000{{ end }}'

/** The heading of docs/RUNBOOK.md that is about this alert, as GitHub and Prometheus's page of it link to it. */
export function runbookAnchor(alert: string): string {
  return `alert-name-${alert.toLowerCase()}`
}

/** Prometheus itself serves the runbook, so that the link works while the internet does not. */
export function runbookUrl(alert: string): string {
  return `{{ $externalURL }}/consoles/runbook.html#${runbookAnchor(alert)}`
}

export function dashboardUrl(uid: DashboardUid): string {
  return `${GRAFANA_URL}/d/${uid}`
}
