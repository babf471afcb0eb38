/** How connections end, and packets and clients that are turned away. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, number } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { increase, max, rate, sum } from '../queries.ts'

export function reasons(): PanelBuilder {
  return graph({
    title: 'Connections that end',
    description:
      'Per second, by why and by whom. no_error and idle_timeout are usual: browsers rarely say goodbye. ' +
      'drain is a restart. Everything else is looked at beside.',
    unit: 'cps',
    min: 0,
    queries: [
      {
        expr: sum('reason, initiator', rate('quic_connections_closed_total')),
        legend: '{{reason}} by {{initiator}}',
      },
    ],
  })
}

export function drops(): PanelBuilder {
  return graph({
    title: 'Connections that end badly',
    description:
      'Per second, at the worst instance. reset: a firewall in between, or browsers that give up waiting. ' +
      'protocol_error: clients of one kind, or an attack. Users lose what was loading.',
    unit: 'cps',
    min: 0,
    queries: [
      {
        expr: max(
          '',
          sum(
            'job, instance',
            rate('quic_connections_closed_total', 'reason!~"no_error|idle_timeout|drain"'),
          ),
        ),
        legend: 'worst instance',
      },
    ],
    limits: { warning: THRESHOLDS.connectionDropsPerSecond },
    alerts: ['ConnectionDrops'],
  })
}

export function lifetimes(): PanelBuilder {
  return graph({
    title: 'Lifetime of connections',
    description:
      'How long connections that ended had lived. Minutes are usual. p50 of a few seconds for h3: ' +
      'connections break, or an idle timeout is too short for people who read.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_connection_duration_seconds', { by: 'protocol' }),
  })
}

export function refused(): PanelBuilder {
  return graph({
    title: 'Connections refused',
    description:
      'Per second, before they were established. connection_limit turns users away. draining is a restart. ' +
      'invalid_token is its sender’s fault.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('reason', rate('quic_connections_rejected_total')), legend: '{{reason}}' }],
    alerts: ['ConnectionsRejected'],
  })
}

export function droppedPackets(): PanelBuilder {
  return graph({
    title: 'Packets not processed',
    description:
      'Per second. unknown_connection after a restart: clients of the earlier process, it fades. Steady ' +
      'decrypt_error or parse_error: noise or an attack. buffer_full: Roam cannot keep up.',
    unit: 'pps',
    min: 0,
    queries: [{ expr: sum('reason', rate('quic_packets_dropped_total')), legend: '{{reason}}' }],
  })
}

export function udpErrors(): PanelBuilder {
  return graph({
    title: 'Errors of UDP sockets',
    description:
      'Per second. send EAGAIN or ENOBUFS: socket buffers are full, raise net.core.wmem_max. EMSGSIZE: a ' +
      'path whose MTU got smaller, it heals by itself.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('op, code', rate('quic_udp_errors_total')), legend: '{{op}} {{code}}' }],
    alerts: ['UdpReceiveDrops'],
  })
}

export function oddities(): PanelBuilder {
  return graph({
    title: 'Resets and version negotiations sent',
    description:
      'Per second. Stateless resets: packets of connections that Roam does not know, after a restart or ' +
      'when an address reaches another instance. Version negotiations: scanners, or very old clients.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_stateless_resets_sent_total')), legend: 'stateless resets' },
      { expr: sum('', rate('quic_version_negotiations_total')), legend: 'version negotiations' },
    ],
  })
}

export function defects(): PanelBuilder {
  return number({
    title: 'Engine: defects and malformed requests, in the range',
    description:
      'Defects: each ended one connection; please report any with the log around it. Malformed: HTTP/3 ' +
      'requests that were reset before they were judged, and that no other panel counts.',
    unit: 'short',
    decimals: 0,
    queries: [
      { expr: sum('', increase('quic_engine_panics_total', '$__range')), legend: 'defects' },
      {
        expr: sum('', increase('quic_engine_rejected_requests_total', '$__range')),
        legend: 'malformed requests',
      },
    ],
    alerts: ['EnginePanicked'],
  })
}
