/** Clients that cannot connect, or do not stay. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { FLOORS, THRESHOLDS } from '../thresholds.ts'

const failed = 'sum by (job) (rate(quic_handshake_failures_total[5m]))'
const succeeded = 'sum by (job) (rate(quic_handshake_duration_seconds_count[5m]))'

export const connections: RuleGroup<AlertRule> = {
  name: 'roam-connections',
  rules: [
    {
      alert: 'HandshakeFailureRatio',
      expr:
        `${failed} / (${failed} + ${succeeded}) > ${THRESHOLDS.handshakeFailureRatio}\n` +
        `and ${failed} + ${succeeded} > ${FLOORS.handshakesPerSecond}`,
      for: '10m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of handshakes fail',
      description:
        'tls_alert: clients refuse the certificate. timeout: packets get lost on the way, or somebody floods. ' +
        'no_shared_alpn: a scanner, or a client that speaks another protocol.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'ConnectionsRejected',
      // Draining is an operator's wish, and a wrong token is its sender's fault: anybody can send one.
      expr: 'sum by (job, instance, reason) (rate(quic_connections_rejected_total{reason!~"draining|invalid_token"}[5m])) > 0',
      for: '2m',
      keepFiringFor: '2m',
      severity: 'critical',
      summary: 'Roam at {{ $labels.instance }} turns clients away: {{ $labels.reason }}',
      description:
        'Users cannot connect. connection_limit: raise limits.maxConnections if memory allows, after making sure ' +
        'that it is not a flood.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'ConnectionDrops',
      expr:
        'sum by (job, instance) (rate(quic_connections_closed_total{reason!~"no_error|idle_timeout|drain"}[5m]))' +
        ` > ${THRESHOLDS.connectionDropsPerSecond}`,
      for: '2m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: '{{ $value | humanize }} connections per second end badly at {{ $labels.instance }}',
      description:
        'Clients lose their connections and connect again. reset: a firewall in between, or browsers that give up ' +
        'waiting. protocol_error: clients of one kind, or an attack. See the reasons side by side.',
      dashboard: 'roam-quic',
    },
    {
      alert: 'HighConnectionCount',
      // The limit is that of each listener, TCP and QUIC apart. With several of one kind this warns early, never late.
      expr: ['protocol!="h3"', 'protocol="h3"']
        .map(
          (kind) =>
            `sum by (job, instance) (quic_active_connections{${kind}})` +
            ` / on (job, instance) quic_connections_limit > ${THRESHOLDS.connectionLimitRatio}`,
        )
        .join('\nor '),
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        'Roam at {{ $labels.instance }} has {{ $value | humanizePercentage }} of the connections it may have',
      description:
        'At the limit, new clients are turned away. Growth of weeks: plan for more. A jump: look for a flood, ' +
        'or for connections that are no longer closed.',
      dashboard: 'roam-overview',
    },
    {
      alert: 'ResumptionLow',
      expr:
        `sum by (job) (rate(quic_handshake_duration_seconds_count{resumed="true"}[5m])) / ${succeeded} < ${THRESHOLDS.resumedHandshakeRatio}\n` +
        `and ${succeeded} > ${FLOORS.handshakesPerSecond}`,
      for: '10m',
      keepFiringFor: '2m',
      // Slower, not broken; and many new clients at the start of a term are no fault.
      severity: 'info',
      summary: 'Only {{ $value | humanizePercentage }} of handshakes resume an earlier session',
      description:
        'Returning clients pay for a full handshake. After a restart it is normal for a while: tickets of the ' +
        'earlier process are worthless. If it stays, clients reach instances in turn, or do not keep tickets.',
      dashboard: 'roam-quic',
    },
  ],
}
