/** How much there is to compare. */
import { INTERACTIVE } from '../../rules/recording.ts'
import { type PanelBuilder, graph, number, stacked, table } from '../panels.ts'
import { increase, per, quantile, rate, recorded, share as shareOf, sum } from '../queries.ts'

const ofRange = (metric: string, matchers: string) => increase(metric, '$__range', matchers)
const requests = sum('protocol', increase('quic_requests_total', '$__range'))
/** What has no label for the backend is compared with all requests, whatever the menu of backends chooses. */
const ofAnyBackend = sum('protocol', increase('quic_request_duration_seconds_count', '$__range'))

export function sideBySide(): PanelBuilder {
  const columns: readonly (readonly [heading: string, unit: string, expr: string])[] = [
    ['Requests', 'short', requests],
    [
      'First byte p50',
      's',
      quantile(0.5, 'quic_time_to_first_byte_seconds', 'protocol', INTERACTIVE, ofRange),
    ],
    [
      'First byte p95',
      's',
      quantile(0.95, 'quic_time_to_first_byte_seconds', 'protocol', INTERACTIVE, ofRange),
    ],
    ['Duration p95', 's', quantile(0.95, 'quic_request_duration_seconds', 'protocol', INTERACTIVE, ofRange)],
    [
      '5xx',
      'percentunit',
      shareOf(sum('protocol', increase('quic_requests_total', '$__range', 'status=~"5.."')), requests),
    ],
    [
      'Broken off',
      'percentunit',
      per(sum('protocol', increase('quic_request_aborts_total', '$__range')), ofAnyBackend),
    ],
    [
      'Bytes per answer',
      'bytes',
      per(sum('protocol', increase('quic_response_bytes_total', '$__range')), ofAnyBackend),
    ],
  ]
  return table(
    {
      title: 'Side by side, over the range shown',
      description:
        'Times are of pages and AJAX calls, the rest of all requests. A row with few requests says little; ' +
        'an empty cell means that the protocol was not used.',
      unit: 'none',
      // NaN is no more than any number: its cell is empty.
      queries: columns.map(([heading, , expr]) => ({ expr: `${expr} >= 0`, legend: heading })),
    },
    [
      { field: 'protocol', heading: 'Protocol' },
      ...columns.map(([heading, unit], index) => ({
        field: `Value #${String.fromCharCode('A'.charCodeAt(0) + index)}`,
        heading,
        unit,
      })),
    ],
  )
}

export function share(): PanelBuilder {
  const all = sum('', rate('quic_requests_total'))
  return stacked({
    title: 'Share of requests',
    description:
      'Requests by protocol. HTTP/3 grows for days after it is switched on, and stays below what browsers ' +
      'could: networks block UDP, first visits come over TCP. A sudden loss of HTTP/3 is a fault.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      { expr: `${sum('protocol', rate('quic_requests_total'))} / scalar(${all})`, legend: '{{protocol}}' },
    ],
    alerts: ['Http3Absent'],
  })
}

export function http3Share(): PanelBuilder {
  return graph({
    title: 'HTTP/3 share, and a day before',
    description:
      'Over 30 minutes. Under half of yesterday’s share: UDP is blocked somewhere, the certificate is not ' +
      'accepted, or alt-svc no longer reaches browsers.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      { expr: recorded('job:quic_http3_share:ratio_rate30m'), legend: 'now' },
      { expr: `${recorded('job:quic_http3_share:ratio_rate30m')} offset 1d`, legend: 'a day before' },
    ],
    alerts: ['Http3ShareCollapsed'],
  })
}

export function counts(): PanelBuilder {
  return number({
    title: 'Pages and AJAX calls in the range',
    description:
      'How many stand behind the times beside. Under about 1000 of a protocol its p95 means little: choose ' +
      'a longer range.',
    unit: 'short',
    queries: [
      {
        expr: sum('protocol', increase('quic_time_to_first_byte_seconds_count', '$__range', INTERACTIVE)),
        legend: '{{protocol}}',
      },
    ],
  })
}
