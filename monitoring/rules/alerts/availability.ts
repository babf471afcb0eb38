/** Whether the site can be reached at all. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { ROAM_JOB } from '../thresholds.ts'

export const availability: RuleGroup<AlertRule> = {
  name: 'roam-availability',
  rules: [
    {
      alert: 'LoadBalancerDown',
      // A target that was taken out of the configuration has no `up` at all.
      expr: `up{job="${ROAM_JOB}"} == 0\nor absent(up{job="${ROAM_JOB}"})`,
      for: '1m',
      severity: 'critical',
      summary: 'Roam{{ with $labels.instance }} at {{ . }}{{ end }} does not answer Prometheus',
      description:
        'The process is gone or hangs, its port cannot be reached, its certificate is not trusted, or metrics.allow ' +
        'leaves Prometheus out. Try the site in a browser: if that works, it is only the monitoring.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'AllBackendsDown',
      // By pool: a site with a pool of its own for files is broken when that one is down.
      expr:
        'max by (job, instance, pool) (\n' +
        '  quic_backend_info * on (job, instance, backend_id) group_left () quic_backend_healthy\n' +
        ') == 0',
      for: '30s',
      severity: 'critical',
      summary: 'No backend of pool {{ $labels.pool }} is healthy',
      description:
        'Roam at {{ $labels.instance }} tries them all the same, or answers with 503 where panic is off. All at once is ' +
        'rarely the servers: look at what they share (database, shared files, network) and at the path of the health check.',
      dashboard: 'roam-backends',
    },
    {
      alert: 'NoTraffic',
      // backend_id!="none": scanners that fit no route are always there, and no sign of users.
      expr:
        `sum by (job) (rate(quic_requests_total{job="${ROAM_JOB}", backend_id!="none"}[15m])) == 0\n` +
        `or absent(quic_requests_total{job="${ROAM_JOB}"})`,
      for: '30m',
      severity: 'warning',
      summary: 'No request has reached a backend for 45 minutes',
      description:
        'Nobody asks, or nobody gets here: DNS, a firewall, or something in front of Roam. On holidays it may be true.',
      dashboard: 'roam-overview',
    },
  ],
}
