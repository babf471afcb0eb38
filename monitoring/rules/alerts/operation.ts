/** What operators do to a running Roam, and what others try. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { THRESHOLDS } from '../thresholds.ts'

export const operation: RuleGroup<AlertRule> = {
  name: 'roam-operation',
  rules: [
    {
      alert: 'ConfigReloadFailed',
      expr: 'sum by (job, instance) (increase(quic_config_reloads_total{result="failure"}[15m])) > 0',
      for: '0m',
      severity: 'warning',
      summary: 'Roam at {{ $labels.instance }} has refused a new configuration',
      description:
        'The one before stays in force, so users notice nothing; but what was meant to change has not. The log says which ' +
        'line is wrong. A restart with this file would fail.',
      dashboard: 'roam-process',
    },
    {
      alert: 'AdminAuthFailures',
      // increase() extrapolates.
      expr:
        'round(sum by (job, instance) (increase(quic_admin_auth_total{result=~"missing|wrong"}[15m])))' +
        ` > ${THRESHOLDS.adminAuthFailuresPer15m}`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $value }} calls of the admin server of {{ $labels.instance }} had no valid token',
      description:
        'Within 15 minutes; nothing was changed by them. A script with an old token, or somebody who guesses: the admin ' +
        'server listens where only operators should be.',
      dashboard: 'roam-process',
    },
  ],
}
