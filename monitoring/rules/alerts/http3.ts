/** HTTP/3 that quietly goes away: browsers fall back to HTTP/2, and nobody complains. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { FLOORS, THRESHOLDS } from '../thresholds.ts'
import { BUSY } from './objectives.ts'

export const http3: RuleGroup<AlertRule> = {
  name: 'roam-http3',
  rules: [
    {
      alert: 'Http3ShareCollapsed',
      expr: [
        `job:quic_http3_share:ratio_rate30m < ${THRESHOLDS.http3ShareCollapse} * (job:quic_http3_share:ratio_rate30m offset 1d)`,
        `and (job:quic_http3_share:ratio_rate30m offset 1d) > ${FLOORS.http3Share}`,
        `and ${BUSY}`,
      ].join('\n'),
      for: '15m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        'Only {{ $value | humanizePercentage }} of requests come over HTTP/3: less than half of yesterday’s share',
      description:
        'Users have fallen back to HTTP/2. UDP is blocked somewhere since yesterday, the certificate is not ' +
        'accepted, or the alt-svc field no longer reaches browsers.',
      dashboard: 'roam-protocols',
    },
    {
      alert: 'Http3Absent',
      // A minimum of HTTP/2: a crawler or a monitor from outside speaks nothing newer. And only where HTTP/3 is offered:
      // a baseline is measured without it, for weeks.
      expr:
        'sum by (job) (rate(quic_requests_total{protocol="h3"}[10m])) == 0\n' +
        `and sum by (job) (rate(quic_requests_total{protocol="h2"}[10m])) > ${THRESHOLDS.quietRequestsPerSecond}\n` +
        'and sum by (job) (quic_listeners{protocol="h3"}) > 0',
      for: '10m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: 'Browsers use HTTP/2, and none uses HTTP/3',
      description:
        'UDP does not reach Roam, or browsers are not told of HTTP/3. Try a request over HTTP/3 from outside.',
      dashboard: 'roam-protocols',
    },
    {
      alert: 'UdpReceiveDrops',
      // The kernel counts both families apart, and has no counter of the second where IPv6 is off.
      expr: 'rate(node_netstat_Udp_RcvbufErrors[5m]) > 0\nor rate(node_netstat_Udp6_RcvbufErrors[5m]) > 0',
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: 'The kernel of {{ $labels.instance }} drops received datagrams',
      description:
        'Socket buffers are full before they are read, so clients see loss and slow down. Raise ' +
        'net.core.rmem_max; if it stays, the process has too little CPU.',
      dashboard: 'roam-process',
    },
  ],
}
