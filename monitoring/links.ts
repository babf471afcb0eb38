/** Where an alert sends whoever receives it. */
import type { DashboardUid } from './rules/rule.ts'

/** Where start-monitoring.sh has Grafana listen; a site with an address of its own for it changes this. */
const GRAFANA_URL = 'http://localhost:3000'

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
