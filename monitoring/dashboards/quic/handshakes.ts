/** How connections begin. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, stacked } from '../panels.ts'
import { quantile, rate, ratio, series, sum } from '../queries.ts'

const failed = sum('', rate('quic_handshake_failures_total'))
/** Failures are not known by protocol, so the menu of protocols chooses on neither side of their share. */
const succeeded = sum('', rate('quic_handshake_duration_seconds_count', 'protocol=~".*"'))

export function outcomes(): PanelBuilder {
  return graph({
    title: 'Handshakes',
    description:
      'Per second, of QUIC and of TLS over TCP; failures are not known by protocol. tls_alert: clients ' +
      'refuse the certificate. timeout: packets get lost, or a flood. no_shared_alpn: scanners.',
    unit: 'cps',
    min: 0,
    queries: [
      {
        expr: sum('protocol', rate('quic_handshake_duration_seconds_count')),
        legend: '{{protocol}} succeeded',
      },
      { expr: sum('reason', rate('quic_handshake_failures_total')), legend: 'failed: {{reason}}' },
    ],
  })
}

export function failureShare(): PanelBuilder {
  return graph({
    title: 'Handshakes that fail',
    description:
      'Share of all handshakes. A few per cent are scanners and clients that gave up. A sudden rise to ' +
      'half and more: the certificate is not accepted, or UDP packets do not come back.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: ratio(failed, `(${failed} + ${succeeded})`), legend: 'failed' }],
    limits: { warning: THRESHOLDS.handshakeFailureRatio },
    alerts: ['HandshakeFailureRatio'],
  })
}

export function durations(): PanelBuilder {
  return graph({
    title: 'Duration of QUIC handshakes',
    description:
      'First packet to the end of the handshake: about one round trip of the client. Much more than RTT: a ' +
      'Retry, lost packets, or a process that has too little CPU for its signatures.',
    unit: 's',
    min: 0,
    queries: [0.5, 0.95].flatMap((q) =>
      [
        ['true', 'resumed'],
        ['false', 'full'],
      ].map(([resumed, name]) => ({
        expr: quantile(q, 'quic_handshake_duration_seconds', '', `protocol="h3", resumed="${resumed!}"`),
        legend: `${name!} p${q * 100}`,
      })),
    ),
  })
}

export function resumed(): PanelBuilder {
  return graph({
    title: 'Handshakes that resume a session',
    description:
      'Share of handshakes. Returning clients resume and save time. Low after a restart, when tickets of ' +
      'the earlier process are worthless. If it stays low, clients reach instances in turn or do not keep ' +
      'tickets.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: ratio(
          sum('protocol', rate('quic_handshake_duration_seconds_count', 'resumed="true"')),
          sum('protocol', rate('quic_handshake_duration_seconds_count')),
        ),
        legend: '{{protocol}}',
      },
    ],
    limits: { warning: THRESHOLDS.resumedHandshakeRatio, below: true },
    alerts: ['ResumptionLow'],
  })
}

export function halfOpen(): PanelBuilder {
  return graph({
    title: 'Half-open connections and Retry',
    description:
      'QUIC handshakes under way, and address validation with Retry per second (right axis). Many ' +
      'half-open ones that do not end: a flood with forged addresses. Roam then asks for Retry, and sent ' +
      'stays far above validated.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: sum('', series('quic_half_open_connections')), legend: 'half-open' },
      { expr: sum('', rate('quic_retry_total', 'event="sent"')), legend: 'Retry sent' },
      { expr: sum('', rate('quic_retry_total', 'event="validated"')), legend: 'Retry validated' },
      { expr: sum('', rate('quic_retry_total', 'event="error"')), legend: 'Retry with a wrong token' },
    ],
    right: { legend: '/^Retry/', unit: 'cps' },
  })
}

export function earlyData(): PanelBuilder {
  return stacked({
    title: 'Requests in early data',
    description:
      'Requests that came before the end of the handshake (0-RTT), per second. too_early: sent back with ' +
      '425 because they are not safe to repeat; the browser tries again by itself.',
    unit: 'reqps',
    min: 0,
    queries: [{ expr: sum('result', rate('quic_early_data_requests_total')), legend: '{{result}}' }],
  })
}
