/** Moodle’s kinds of pages. They are known by path, not by server: the menus of pools and backends do not choose here. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, stacked } from '../panels.ts'
import { quantile, rate, sum } from '../queries.ts'

export function requests(): PanelBuilder {
  return stacked({
    title: 'Requests by kind of page',
    description:
      'Per second. ajax far above page: an open tab that polls, or a plugin. upload and file: a deadline. ' +
      'webservice: the mobile app.',
    unit: 'reqps',
    min: 0,
    queries: [
      {
        expr: sum('route_class', rate('quic_request_duration_seconds_count')),
        legend: '{{route_class}}',
      },
    ],
  })
}

export function durations(): PanelBuilder {
  return graph({
    title: 'Duration p95 by kind of page',
    description:
      'The line is for page and ajax: people wait for them. file and upload take as long as they are long, ' +
      'and as the client’s network is slow.',
    unit: 's',
    min: 0,
    queries: [
      { expr: quantile(0.95, 'quic_request_duration_seconds', 'route_class'), legend: '{{route_class}}' },
    ],
    limits: { warning: THRESHOLDS.latencySeconds },
    alerts: ['HighLatency'],
  })
}

export function quiz(): PanelBuilder {
  const matchers = 'route_class="quiz"'
  return graph({
    title: 'Quiz',
    description:
      'Requests of quiz attempts per second, and how long they take (right axis). A peak is everybody who ' +
      'begins or submits at once; if p95 climbs with it, Moodle is at its limit. Do not restart anything ' +
      'during a peak.',
    unit: 'reqps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_request_duration_seconds_count', matchers)), legend: 'requests' },
      { expr: quantile(0.95, 'quic_request_duration_seconds', '', matchers), legend: 'p95' },
    ],
    right: { legend: '/^p95$/', unit: 's' },
  })
}

export function transfers(): PanelBuilder {
  return graph({
    title: 'Bytes of bodies',
    description:
      'Per second, of all protocols: downloads and uploads. Uploads high before a deadline is normal. ' +
      'Downloads at a flat top: a line is full.',
    unit: 'Bps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_response_bytes_total')), legend: 'to clients' },
      { expr: sum('', rate('quic_request_bytes_total')), legend: 'from clients' },
    ],
  })
}
