/** What fires, how much of the objectives is left, and whether the monitoring can be believed. */
import { BAD, GOOD } from '../colours.ts'
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { budgetLeft } from '../objectives.ts'
import { type PanelBuilder, figure, graph, lamps, table } from '../panels.ts'
import { UP } from '../states.ts'

export function firing(): PanelBuilder {
  return table(
    {
      title: 'Firing alerts',
      description:
        'Everything that fires now, whatever the menus choose. Begin with critical: users feel it. What to ' +
        'do stands in the runbook, linked above.',
      unit: 'none',
      queries: [{ expr: 'ALERTS{alertstate="firing", severity!="none"}', legend: '{{alertname}}' }],
      none: 'Nothing fires',
    },
    [
      // The alphabet puts critical first.
      { field: 'severity', heading: 'Severity', sorted: true },
      { field: 'alertname', heading: 'Alert' },
      { field: 'instance', heading: 'Instance' },
      { field: 'backend_id', heading: 'Backend' },
      { field: 'pool', heading: 'Pool' },
    ],
  )
}

export function monitoringFailures(): PanelBuilder {
  return graph({
    title: 'Failures of the monitoring',
    description:
      'Within five minutes: rules that Prometheus could not evaluate, and notifications that did not ' +
      'arrive. Above 0, an alert may not fire or not reach anybody: look into the log of Prometheus or ' +
      'Alertmanager. And hosts whose baseline is no longer exported.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: 'sum(increase(prometheus_rule_evaluation_failures_total[5m]))', legend: 'rules' },
      {
        expr: 'sum(increase(prometheus_notifications_errors_total[5m]))',
        legend: 'Prometheus to Alertmanager',
      },
      {
        expr: 'sum(increase(alertmanager_notifications_failed_total[5m]))',
        legend: 'Alertmanager to receivers',
      },
      {
        expr: `count(time() - quic_baseline_export_timestamp_seconds > ${THRESHOLDS.baselineAgeSeconds})`,
        legend: 'baselines not exported',
      },
    ],
    alerts: ['PrometheusRuleFailures', 'NotificationsFailing', 'BaselineExportStale'],
  })
}

export function availabilityBudget(): PanelBuilder {
  return figure({ ...budgetLeft('availability'), title: 'Availability budget left' })
}

export function latencyBudget(): PanelBuilder {
  return figure({ ...budgetLeft('latency'), title: 'Latency budget left' })
}

export function scraped(): PanelBuilder {
  return lamps(
    {
      title: 'Roam answers Prometheus',
      description:
        'Down: the process is gone or hangs, its port or certificate is wrong, or metrics.allow leaves ' +
        'Prometheus out. While it is down, everything else here is old.',
      unit: 'none',
      queries: [{ expr: 'up{job=~"$job", instance=~"$instance"}', legend: '{{instance}}' }],
      limits: { critical: 1, below: true },
      alerts: ['LoadBalancerDown'],
    },
    UP,
  )
}

export function watchdog(): PanelBuilder {
  return lamps(
    {
      title: 'Alerts are evaluated',
      description:
        'The alert that always fires. If it does not, no alert can fire: Prometheus has lost its rules.',
      unit: 'none',
      queries: [{ expr: 'max(ALERTS{alertname="Watchdog"}) or vector(0)', legend: 'Watchdog' }],
      limits: { critical: 1, below: true },
      alerts: ['Watchdog'],
    },
    [
      { value: '1', text: 'yes', colour: GOOD },
      { value: '0', text: 'no', colour: BAD },
    ],
  )
}

export function scrapeDuration(): PanelBuilder {
  return figure({
    title: 'Scrape takes',
    description:
      'How long Roam takes to answer Prometheus. Usually well under 100 ms; over 4 s the scrape is lost ' +
      'and graphs have gaps.',
    unit: 's',
    queries: [
      {
        expr: 'max(scrape_duration_seconds{job=~"$job", instance=~"$instance"})',
        legend: 'slowest instance',
      },
    ],
  })
}
