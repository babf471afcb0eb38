/** What goes wrong over each protocol. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph } from '../panels.ts'
import { per, rate, share, sum } from '../queries.ts'

const answered = sum('protocol', rate('quic_requests_total', 'status!="499"'))

export function errors(): PanelBuilder {
  return graph({
    title: 'Server errors',
    description:
      'Share of requests answered with 5xx. Moodle fails without regard to the protocol: one line above ' +
      'the others means trouble in its listener, or that only its clients use a broken part of the site.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: share(sum('protocol', rate('quic_requests_total', 'status=~"5.."')), answered),
        legend: '{{protocol}}',
      },
    ],
    limits: { critical: THRESHOLDS.errorRatio },
    alerts: ['HighErrorRate'],
  })
}

export function clientErrors(): PanelBuilder {
  return graph({
    title: 'Client errors',
    description:
      'Share of requests answered with 4xx. Crawlers and scanners mostly use HTTP/1.1, so its line is ' +
      'usually the highest.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: share(sum('protocol', rate('quic_requests_total', 'status=~"4..", status!="499"')), answered),
        legend: '{{protocol}}',
      },
    ],
  })
}

export function aborts(): PanelBuilder {
  return graph({
    title: 'Requests broken off',
    description:
      'Share of requests that one side did not finish. downstream: the client left, often because it ' +
      'waited too long; browsers leave more readily over h2 and h3, where it costs no connection. ' +
      'upstream: the backend broke off.',
    unit: 'percentunit',
    min: 0,
    queries: ['downstream', 'upstream'].map((side) => ({
      expr: per(
        sum('protocol', rate('quic_request_aborts_total', `side="${side}"`)),
        sum('protocol', rate('quic_request_duration_seconds_count')),
      ),
      legend: `{{protocol}} ${side}`,
    })),
  })
}
