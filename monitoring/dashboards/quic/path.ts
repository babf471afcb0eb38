/** What the network between Roam and its clients does to packets. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, heat } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { per, rate, recorded, sum } from '../queries.ts'

export function loss(): PanelBuilder {
  return graph({
    title: 'Packet loss by network',
    description:
      'Share of packets sent that were declared lost. One network high: its Wi-Fi, its line, or a shaper ' +
      'in it. All high: the uplink, or socket buffers of this host. Above 2 %, pages are felt to be slow.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: per(
          sum('network', rate('quic_packets_lost_total')),
          sum('network', rate('quic_packets_sent_total')),
        ),
        legend: '{{network}}',
      },
      { expr: recorded('job:quic_packet_loss:ratio_rate5m'), legend: 'all, 5 minutes' },
    ],
    limits: { warning: THRESHOLDS.packetLossRatio },
    alerts: ['HighPacketLoss'],
  })
}

export function packets(): PanelBuilder {
  return graph({
    title: 'Packets',
    description:
      'Per second. Retransmitted follows lost. Received without sent, or sent without received, is a path ' +
      'that works in one direction only.',
    unit: 'pps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_packets_sent_total')), legend: 'sent' },
      { expr: sum('', rate('quic_packets_received_total')), legend: 'received' },
      { expr: sum('', rate('quic_packets_lost_total')), legend: 'lost' },
      { expr: sum('', rate('quic_packets_retransmitted_total')), legend: 'retransmitted' },
    ],
  })
}

export function bytes(): PanelBuilder {
  return graph({
    title: 'Traffic over QUIC',
    description:
      'Bytes of QUIC packets per second, by network: what the uplink carries of HTTP/3. A flat top is a ' +
      'line or a shaper that is full.',
    unit: 'Bps',
    min: 0,
    queries: [
      { expr: sum('network', rate('quic_bytes_sent_total')), legend: 'to {{network}}' },
      { expr: sum('network', rate('quic_bytes_received_total')), legend: 'from {{network}}' },
    ],
  })
}

export function roundTrips(): PanelBuilder {
  return graph({
    title: 'RTT by network',
    description:
      'Smoothed round-trip time of live connections. On campus a few milliseconds, on mobile networks 30 ' +
      'to 100. p95 far above p50: full queues somewhere, or a few clients far away.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_rtt_seconds', { by: 'network' }),
  })
}

export function roundTripsOverTime(): PanelBuilder {
  return heat({
    title: 'Distribution of RTT',
    description:
      'Samples of live connections. Each band is a kind of network: campus, home, mobile. A band that ' +
      'widens upwards is filling its queues.',
    unit: 's',
    queries: [{ expr: sum('le', rate('quic_rtt_seconds_bucket')), legend: '{{le}}' }],
  })
}

export function recovery(): PanelBuilder {
  return graph({
    title: 'Loss recovery',
    description:
      'Per second. Probe timeouts: nothing was heard for long, so Roam asked. Spurious: packets counted as ' +
      'lost that did arrive; many of them mean that the network reorders, and that the loss above is too ' +
      'high.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_pto_total')), legend: 'probe timeouts' },
      { expr: sum('', rate('quic_spurious_losses_total')), legend: 'spurious losses' },
    ],
  })
}

export function window(): PanelBuilder {
  return graph({
    title: 'Congestion window',
    description:
      'How much may be on its way to a client. Small windows with loss: congestion. Small ones without ' +
      'loss are only short connections that never needed more.',
    unit: 'bytes',
    min: 0,
    queries: percentiles([5, 50, 95], 'quic_congestion_window_bytes'),
  })
}

export function bandwidth(): PanelBuilder {
  return graph({
    title: 'Delivery rate',
    description:
      'The engine’s estimate of what a client’s path carries. Idle clients keep it low: only a fall ' +
      'against the same hour of another day says something.',
    unit: 'Bps',
    min: 0,
    queries: percentiles([5, 50, 95], 'quic_bandwidth_bytes_per_second'),
  })
}

export function mtu(): PanelBuilder {
  return heat({
    title: 'Path MTU',
    description:
      'Largest datagram that a path carries, by samples of live connections. 1200 is QUIC’s minimum and ' +
      'always works; Roam sends 1452 at most, and less through tunnels and VPNs. Everybody at 1200: ' +
      'something drops bigger packets.',
    unit: 'bytes',
    queries: [{ expr: sum('le', rate('quic_path_mtu_bytes_bucket')), legend: '{{le}}' }],
  })
}

export function blocked(): PanelBuilder {
  return graph({
    title: 'Sending had to wait',
    description:
      'Per second. By scope: the client’s flow-control or stream limits, so the client is slow, not the ' +
      'network. Amplification: an address that is not validated yet may be sent three times what it sent, ' +
      'usual with big certificates.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('scope', rate('quic_flow_control_blocked_total')), legend: '{{scope}}' },
      { expr: sum('', rate('quic_amplification_limited_total')), legend: 'amplification' },
    ],
  })
}
