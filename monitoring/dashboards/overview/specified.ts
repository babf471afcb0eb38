/** The seven panels of the specification, in its order and under its titles. */
import { INTERACTIVE } from '../../rules/recording.ts'
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, lamps, stacked } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { min, per, rate, ratio, recorded, series, sum } from '../queries.ts'
import { HEALTH } from '../states.ts'

export function requestRate(): PanelBuilder {
  return stacked({
    title: 'Request Rate',
    description:
      'Requests that ended, per second. Compare it with the same hour of another day: a fall means that ' +
      'users cannot get here, a jump means a quiz, a crawler or a flood. What Roam answers itself ' +
      '(/metrics) does not count.',
    unit: 'reqps',
    min: 0,
    queries: [{ expr: sum('protocol', rate('quic_requests_total')), legend: '{{protocol}}' }],
    alerts: ['NoTraffic'],
  })
}

export function activeConnections(): PanelBuilder {
  return stacked({
    title: 'Active Connections',
    description:
      'Connections that are open: h3 is QUIC, the others are TLS over TCP. A client that moves to another ' +
      'network stays one connection. A sudden fall of all means a restart or a broken uplink, of h3 alone ' +
      'that UDP is blocked.',
    unit: 'short',
    min: 0,
    queries: [{ expr: sum('protocol', series('quic_active_connections')), legend: '{{protocol}}' }],
    alerts: ['HighConnectionCount'],
  })
}

export function connectionMigrations(): PanelBuilder {
  const migrations = sum('', rate('quic_connection_migrations_total'))
  return graph({
    title: 'Connection Migrations',
    description:
      'QUIC connections whose client came from another address, per second. Many are normal where people ' +
      'walk about: they are what QUIC is for. The share that succeeded (right axis) should stay near 100 ' +
      '%; it has no value while nobody moves.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('reason', rate('quic_connection_migrations_total')), legend: '{{reason}}' },
      {
        expr: ratio(sum('', rate('quic_connection_migrations_total', 'success="true"')), migrations),
        legend: 'share that succeeded',
      },
    ],
    right: { legend: '/^share/', unit: 'percentunit', max: 1 },
    limits: { warning: THRESHOLDS.migrationsPerSecond },
    alerts: ['HighConnectionMigrationRate'],
  })
}

export function backendHealth(): PanelBuilder {
  return lamps(
    {
      title: 'Backend Health',
      description:
        'Moodle servers, as their health checks see them. Down: Roam sends it nothing, and the others ' +
        'carry its load. All down: users get 503. With several instances of Roam the worst view is shown.',
      unit: 'none',
      queries: [{ expr: min('backend_id', series('quic_backend_healthy')), legend: '{{backend_id}}' }],
      limits: { critical: 1, below: true },
      alerts: ['BackendDown', 'AllBackendsDown'],
    },
    HEALTH,
  )
}

export function responseTime(): PanelBuilder {
  return graph({
    title: 'Response Time',
    description:
      'First byte of a request to the last byte of its response, of pages and AJAX calls: what people wait ' +
      'for. Above the line, one in twenty waits too long. Next: response time of the backends; if that is ' +
      'low, the clients’ network or Roam.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95, 99], 'quic_request_duration_seconds', { matchers: INTERACTIVE }),
    limits: { warning: THRESHOLDS.latencySeconds },
    alerts: ['HighLatency'],
  })
}

export function packetLoss(): PanelBuilder {
  return graph({
    title: 'Packet Loss',
    description:
      'Share of QUIC packets sent that were declared lost: chosen networks now, and all of them over five ' +
      'minutes as the alert sees it. Under 1 % is usual. High for one network: its Wi-Fi or line; for all: ' +
      'the uplink or this host.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: per(sum('', rate('quic_packets_lost_total')), sum('', rate('quic_packets_sent_total'))),
        legend: 'lost',
      },
      { expr: recorded('job:quic_packet_loss:ratio_rate5m'), legend: 'lost, 5 minutes' },
    ],
    limits: { warning: THRESHOLDS.packetLossRatio },
    alerts: ['HighPacketLoss'],
  })
}

export function roundTripTime(): PanelBuilder {
  return graph({
    title: 'RTT',
    description:
      'Round-trip time between Roam and clients, sampled on every live QUIC connection. On campus a few ' +
      'milliseconds, on mobile networks 30 to 100. A rise of p50 is the network’s; a rise of p95 alone is ' +
      'a group of clients.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_rtt_seconds'),
  })
}
