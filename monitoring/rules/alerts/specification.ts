/** What the specification demands. Its thresholds stay exactly as they are: no floors, no conditions besides. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { FLOORS, THRESHOLDS } from '../thresholds.ts'

/** Adds the pool: AllBackendsDown of one pool must not keep back what happens in another (Alertmanager's inhibition). */
const OF_POOL = '* on (job, instance, backend_id) group_left (pool) quic_backend_info'

export const specification: RuleGroup<AlertRule> = {
  name: 'roam-specification',
  rules: [
    {
      alert: 'HighConnectionMigrationRate',
      expr: `sum by (job) (rate(quic_connection_migrations_total[5m])) > ${THRESHOLDS.migrationsPerSecond}`,
      for: '5m',
      keepFiringFor: '1m',
      // A large site exceeds it all day, and a migration that succeeds is what QUIC is for.
      severity: 'info',
      summary: 'Clients change their network {{ $value | humanize }} times per second',
      description:
        'Students move between networks, or a NAT forgets their mappings. They stay connected as long as migrations ' +
        'succeed: look at the share that fails, and at the reasons.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'ConnectionMigrationFailures',
      expr:
        `job:quic_migration_failures:ratio_rate15m > ${THRESHOLDS.migrationFailureRatio}\n` +
        // The specification has no number for this one. One phone that is switched off on its way is no failure of ours.
        `and sum by (job) (increase(quic_connection_migrations_total{success="false"}[15m])) >= ${FLOORS.failedMigrations}`,
      for: '10m',
      keepFiringFor: '1m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of connection migrations fail',
      description:
        'Clients that move lose their connection and have to connect again. Firewalls or load balancers in front that ' +
        'forward UDP by address and port are the usual cause: packets of the new path do not arrive, or do not come back.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'BackendDown',
      expr: `quic_backend_healthy ${OF_POOL} == 0`,
      for: '1m',
      keepFiringFor: '1m',
      // The other backends of its pool carry on; AllBackendsDown is the one that wakes somebody.
      severity: 'warning',
      summary: 'Backend {{ $labels.backend_id }} fails its health checks',
      description:
        'Roam at {{ $labels.instance }} sends it no requests; the other backends of its pool carry them. ' +
        'Look at the backend itself first, then at the way between Roam and the backend.',
      dashboard: 'roam-backends',
    },
    {
      alert: 'HighErrorRate',
      // Without the floor of the objectives: at a site with few requests this is the only alert about errors.
      expr: `job:quic_request_errors:ratio_rate5m > ${THRESHOLDS.errorRatio}`,
      for: '2m',
      keepFiringFor: '1m',
      severity: 'critical',
      summary: '{{ $value | humanizePercentage }} of requests are answered with 5xx',
      description:
        'Users see error pages. Responses of one backend only: a broken Moodle server. 502, 503 or 504 of all: ' +
        'the database or the shared files behind them, or no backend is left.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'HighPacketLoss',
      expr: `job:quic_packet_loss:ratio_rate5m > ${THRESHOLDS.packetLossRatio}`,
      for: '5m',
      keepFiringFor: '1m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the QUIC packets sent are lost',
      description:
        'Pages load slowly over HTTP/3. One network only: its Wi-Fi or line. All networks: the uplink or the ' +
        'socket buffers of this host.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'CircuitBreakerOpen',
      // A breaker goes back and forth between open and half-open: a duration would begin anew at each trial.
      expr: `max_over_time(quic_circuit_breaker_state{state="open"}[1m]) ${OF_POOL} == 1`,
      for: '0m',
      severity: 'warning',
      summary: 'The circuit breaker of backend {{ $labels.backend_id }} is open',
      description:
        'Too many requests to it failed, so Roam at {{ $labels.instance }} sends it none but trials. The other ' +
        'backends of its pool carry the load. Look at the errors of this backend by stage.',
      dashboard: 'roam-backends',
    },
  ],
}
