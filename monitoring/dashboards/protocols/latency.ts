/** Times by protocol, and the parts of them that can be told apart. */
import { INTERACTIVE } from '../../rules/recording.ts'
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { mean, quantile } from '../queries.ts'

export function firstByte(): PanelBuilder {
  return graph({
    title: 'Time to first byte',
    description:
      'Pages and AJAX calls: first byte of the request until the first byte of the response was handed to ' +
      'the transport. Mostly Moodle’s own time, so protocols should be close; where one is not, it serves ' +
      'other pages or other users.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_time_to_first_byte_seconds', {
      by: 'protocol',
      matchers: INTERACTIVE,
    }),
  })
}

export function duration(): PanelBuilder {
  return graph({
    title: 'Duration',
    description:
      'Pages and AJAX calls, to the last byte. Here the client’s network shows: an answer that does not ' +
      'fit into the first window waits for round trips and for lost packets.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_request_duration_seconds', {
      by: 'protocol',
      matchers: INTERACTIVE,
    }),
    limits: { warning: THRESHOLDS.latencySeconds },
    alerts: ['HighLatency'],
  })
}

export function overhead(): PanelBuilder {
  return graph({
    title: 'Time that Roam adds',
    description:
      'Time to first byte without waiting for backends and for the client’s upload: what Roam’s own ' +
      'handling of the protocol costs. All protocols should be within a few milliseconds of each other.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 99], 'quic_proxy_overhead_seconds', { by: 'protocol' }),
    limits: { warning: THRESHOLDS.overheadSeconds },
    alerts: ['BalancerOverheadHigh'],
  })
}

export function handshake(): PanelBuilder {
  return graph({
    title: 'Handshake, mean',
    description:
      'Until a connection can carry requests: the network part that protocols really differ in. QUIC needs ' +
      'one round trip less than TLS over TCP, whose first round trip passes before Roam sees the ' +
      'connection and is not in its figure.',
    unit: 's',
    min: 0,
    queries: [{ expr: mean('quic_handshake_duration_seconds', 'protocol'), legend: '{{protocol}}' }],
  })
}

export function backends(): PanelBuilder {
  return graph({
    title: 'Backends, for comparison',
    description:
      'Request sent to a backend until the first byte of its answer, of all protocols together: a backend ' +
      'does not see how the client came. The part of the time to first byte that no protocol can make ' +
      'shorter.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_backend_response_time_seconds'),
  })
}

/** One panel for each protocol that is chosen, beside each other. */
export function byRouteClass(): PanelBuilder {
  return graph({
    title: 'Duration p95 by route class: $protocol',
    description:
      'One panel for each protocol. Compare a route class with itself: files and uploads take as long as ' +
      'they are long, quiz pages are the ones that must not wait.',
    unit: 's',
    min: 0,
    queries: [
      { expr: quantile(0.95, 'quic_request_duration_seconds', 'route_class'), legend: '{{route_class}}' },
    ],
  })
    .repeat('protocol')
    .repeatDirection('h')
    .maxPerRow(3)
}
