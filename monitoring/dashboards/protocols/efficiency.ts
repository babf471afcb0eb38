/** What a request costs over each protocol. */
import { type PanelBuilder, graph } from '../panels.ts'
import { per, rate, sum } from '../queries.ts'

/** Not quic_requests_total: the menu of backends would take requests away, and no bytes or connections with them. */
const requests = sum('protocol', rate('quic_request_duration_seconds_count'))

export function responseBytes(): PanelBuilder {
  return graph({
    title: 'Bytes per response',
    description:
      'Response bodies, without fields and framing. It says what is fetched over a protocol, not how well: ' +
      'one video outweighs a thousand pages.',
    unit: 'bytes',
    min: 0,
    queries: [
      { expr: per(sum('protocol', rate('quic_response_bytes_total')), requests), legend: '{{protocol}}' },
    ],
  })
}

export function requestBytes(): PanelBuilder {
  return graph({
    title: 'Bytes per request',
    description: 'Request bodies: forms and uploads. High where teachers upload courses.',
    unit: 'bytes',
    min: 0,
    queries: [
      { expr: per(sum('protocol', rate('quic_request_bytes_total')), requests), legend: '{{protocol}}' },
    ],
  })
}

export function requestsPerConnection(): PanelBuilder {
  return graph({
    title: 'Requests per new connection',
    description:
      'How far one handshake goes. Browsers open about six connections over HTTP/1.1 and one over h2 or ' +
      'h3. Near 1 for h3: connections do not last, see how they end.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: per(requests, sum('protocol', rate('quic_connections_total'))), legend: '{{protocol}}' },
    ],
  })
}

export function packetsPerRequest(): PanelBuilder {
  const http3 = sum('', rate('quic_request_duration_seconds_count', 'protocol="h3"'))
  // A request has no network.
  const packets = (direction: string) => sum('', rate(`quic_packets_${direction}_total`, 'network=~".*"'))
  return graph({
    title: 'QUIC packets per request',
    description:
      'Only QUIC’s packets can be counted, so this has no counterpart. It rises with the size of answers, ' +
      'with loss, and with connections that are kept alive without requests.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: per(packets('sent'), http3), legend: 'sent' },
      { expr: per(packets('received'), http3), legend: 'received' },
    ],
  })
}
