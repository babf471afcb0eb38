/** Backends that are neither well nor down. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { THRESHOLDS } from '../thresholds.ts'

/** Each instance probes for itself: three that see one backend fail are no flapping, so they are not added up. */
const backend = 'sum by (job, instance, backend_id)'

export const backends: RuleGroup<AlertRule> = {
  name: 'roam-backends',
  rules: [
    {
      alert: 'BackendFlapping',
      // increase() extrapolates: 4 changes read as 4.02.
      expr: `round(${backend} (increase(quic_backend_state_changes_total[15m]))) > ${THRESHOLDS.backendStateChangesPer15m}`,
      for: '0m',
      severity: 'warning',
      summary: 'Backend {{ $labels.backend_id }} changed {{ $value }} times between healthy and unhealthy',
      description:
        'In 15 minutes, as {{ $labels.instance }} sees it. Each time requests are moved to other backends. Overload ' +
        'is the usual cause: the backend recovers as soon as it gets none. Or its health check is too strict.',
      dashboard: 'roam-backends',
    },
    {
      alert: 'BackendEjected',
      expr: `round(${backend} (increase(quic_backend_ejections_total[15m]))) > ${THRESHOLDS.ejectionsPer15m}`,
      for: '0m',
      severity: 'warning',
      summary: 'Backend {{ $labels.backend_id }} was ejected {{ $value }} times',
      description:
        'In 15 minutes, as {{ $labels.instance }} sees it: its health checks pass, and its answers to users do not look ' +
        'like it. Each time it comes back, some users get the next errors. Look at its own log.',
      dashboard: 'roam-backends',
    },
    {
      alert: 'ProbeFailing',
      // Of backends that count as healthy: BackendDown is about the others.
      expr: [
        `${backend} (rate(quic_backend_health_checks_total{result!="success"}[5m]))`,
        `/ ${backend} (rate(quic_backend_health_checks_total[5m])) > ${THRESHOLDS.probeFailureRatio}`,
        'and on (job, instance, backend_id) quic_backend_healthy == 1',
      ].join('\n'),
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        '{{ $value | humanizePercentage }} of the health checks of backend {{ $labels.backend_id }} fail',
      description:
        'Never enough of them in a row to take it out, as {{ $labels.instance }} sees it. Users get slow or failed ' +
        'responses from it now and then. Look at its load, and for lost packets on the way.',
      dashboard: 'roam-backends',
    },
  ],
}
