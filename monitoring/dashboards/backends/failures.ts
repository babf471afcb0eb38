/** What goes wrong between Roam and the servers. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph } from '../panels.ts'
import { rate, share, sum } from '../queries.ts'

export function errors(): PanelBuilder {
  const answered = sum('backend_id', rate('quic_requests_total', 'status!="499"'))
  return graph({
    title: 'Server errors by backend',
    description:
      'Share of requests answered with 5xx. One server: it is broken, take it out. All: what they share. ' +
      'none: Roam had no server to send to.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: share(sum('backend_id', rate('quic_requests_total', 'status=~"5.."')), answered),
        legend: '{{backend_id}}',
      },
    ],
    limits: { critical: THRESHOLDS.errorRatio },
    alerts: ['HighErrorRate'],
  })
}

export function stages(): PanelBuilder {
  return graph({
    title: 'Failed attempts by stage',
    description:
      'Per second: how far they got. connect: nothing listens, or a firewall. tls: its certificate. write ' +
      'or read: it cut the connection, often a worker that died. timeout: it is too slow.',
    unit: 'cps',
    min: 0,
    queries: [
      {
        expr: sum('backend_id, stage', rate('quic_backend_errors_total')),
        legend: '{{backend_id}} {{stage}}',
      },
    ],
  })
}

export function retries(): PanelBuilder {
  return graph({
    title: 'Retries',
    description:
      'Attempts after the first of a request had failed, per second. They hide failures from users, and ' +
      'add load: many of them while a server is ill push the others.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('backend_id', rate('quic_backend_retries_total')), legend: '{{backend_id}}' }],
  })
}

export function breakerFailures(): PanelBuilder {
  return graph({
    title: 'Failures that breakers counted',
    description:
      'Per second. A breaker opens when too many come in its window; see its states above. Failures ' +
      'without an open breaker are too few to matter.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('backend_id', rate('quic_circuit_breaker_failures_total')), legend: '{{backend_id}}' },
    ],
    alerts: ['CircuitBreakerOpen'],
  })
}
