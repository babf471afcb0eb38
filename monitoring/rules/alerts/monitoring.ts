/** Whether the monitoring itself works. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { THRESHOLDS } from '../thresholds.ts'

export const monitoring: RuleGroup<AlertRule> = {
  name: 'roam-monitoring',
  rules: [
    {
      alert: 'PrometheusRuleFailures',
      expr: 'sum by (job, instance, rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0',
      for: '15m',
      severity: 'warning',
      summary: 'Prometheus cannot evaluate rules of {{ $labels.rule_group }}',
      description:
        'Their alerts cannot fire. Prometheus at {{ $labels.instance }} shows the errors under Status, Rules.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'NotificationsFailing',
      expr:
        'sum by (job, instance, alertmanager) (increase(prometheus_notifications_errors_total[5m])) > 0\n' +
        'or sum by (job, instance, integration) (increase(alertmanager_notifications_failed_total[5m])) > 0',
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        'Alerts do not get from {{ $labels.job }} to {{ or $labels.alertmanager $labels.integration }}',
      description:
        'Somebody may wait for a message that does not come. From prometheus: Alertmanager does not run or ' +
        'cannot be reached, and this alert is seen in Prometheus only. From alertmanager: its log says why e-mail or Slack refuses.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'BaselineExportStale',
      expr: `time() - quic_baseline_export_timestamp_seconds > ${THRESHOLDS.baselineAgeSeconds}`,
      for: '0m',
      severity: 'warning',
      summary: 'No baseline was exported on {{ $labels.instance }} for {{ $value | humanizeDuration }}',
      description:
        'roam baseline export no longer runs, or fails. Days that Prometheus forgets meanwhile, after 200 h unless set ' +
        'otherwise, cannot be had again: a later comparison misses them.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'Watchdog',
      expr: 'vector(1)',
      for: '0m',
      severity: 'none',
      summary: 'The way of alerts works',
      description:
        'Always firing. Send it to a service that raises an alarm when it stops coming: then Prometheus or ' +
        'Alertmanager is down.',
      dashboard: 'roam-overview',
    },
  ],
}
