/** Errors, duration and saturation of the whole site. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, heat } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { max, rate, ratio, recorded, series, share, sum } from '../queries.ts'

export function errors(): PanelBuilder {
  const all = sum('', rate('quic_requests_total', 'status!="499"'))
  return graph({
    title: 'Errors',
    description:
      'Share of requests. 5xx: the site failed. 4xx: the client asked for something wrong, often a ' +
      'crawler. 499: the client left before its answer, often because it was slow. The line is for 5xx. ' +
      'Next: errors by backend.',
    unit: 'percentunit',
    min: 0,
    queries: [
      { expr: share(sum('', rate('quic_requests_total', 'status=~"5.."')), all), legend: '5xx' },
      {
        expr: share(sum('', rate('quic_requests_total', 'status=~"4..", status!="499"')), all),
        legend: '4xx',
      },
      {
        expr: share(
          sum('', rate('quic_requests_total', 'status="499"')),
          sum('', rate('quic_requests_total')),
        ),
        legend: '499',
      },
      { expr: recorded('job:quic_request_errors:ratio_rate5m'), legend: '5xx, 5 minutes' },
    ],
    limits: { critical: THRESHOLDS.errorRatio },
    alerts: ['HighErrorRate'],
  })
}

export function durations(): PanelBuilder {
  return heat({
    title: 'Response times of all requests',
    description:
      'How many requests took how long; the darker, the more. Two bands are usual: files from a cache and ' +
      'pages of PHP. A band that moves up is a slow backend; a new one at 30 or 60 s is a timeout ' +
      'somewhere.',
    unit: 's',
    queries: [{ expr: sum('le', rate('quic_request_duration_seconds_bucket')), legend: '{{le}}' }],
  })
}

export function overhead(): PanelBuilder {
  return graph({
    title: 'Time that Roam adds',
    description:
      'Of requests that went to a backend: time to first byte without what backends and the client’s own ' +
      'upload took. Usually under 5 ms. High: the process lacks CPU, see event-loop lag on the page of the ' +
      'process.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95, 99], 'quic_proxy_overhead_seconds'),
    limits: { warning: THRESHOLDS.overheadSeconds },
    alerts: ['BalancerOverheadHigh'],
  })
}

export function inFlight(): PanelBuilder {
  return graph({
    title: 'Requests in flight',
    description:
      'Requests that have begun and not ended. It follows the request rate; if it climbs while the rate ' +
      'does not, something behind Roam hangs. Long-running ones, part of them, are big transfers, long ' +
      'polls, or what hangs.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: sum('protocol', series('quic_requests_in_flight')), legend: '{{protocol}}' },
      {
        expr: sum('protocol', series('quic_requests_long_running')),
        legend: '{{protocol}} long-running',
      },
    ],
  })
}

export function newConnections(): PanelBuilder {
  return graph({
    title: 'Connections opened and refused',
    description:
      'Per second. Any refusal by connection_limit turns users away: raise the limit if memory allows. A ' +
      'jump of new connections without a jump of requests is a flood, or clients that lose theirs.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('protocol', rate('quic_connections_total')), legend: '{{protocol}}' },
      { expr: sum('reason', rate('quic_connections_rejected_total')), legend: 'refused: {{reason}}' },
    ],
    alerts: ['ConnectionsRejected'],
  })
}

export function saturation(): PanelBuilder {
  const perInstance = (protocol: string) => sum('job, instance', series('quic_active_connections', protocol))
  return graph({
    title: 'Saturation',
    description:
      'How much of each limit is used, at the fullest instance. At 100 %: connections are refused, the ' +
      'system ends the process, nothing can be opened any more, or requests are turned away. Memory grows ' +
      'with connections; a climb without them is a leak.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: max(
          '',
          `${perInstance('protocol="h3"')} / on (job, instance) ${series('quic_connections_limit')}`,
        ),
        legend: 'connections, QUIC',
      },
      {
        expr: max(
          '',
          `${perInstance('protocol!="h3"')} / on (job, instance) ${series('quic_connections_limit')}`,
        ),
        legend: 'connections, TCP',
      },
      {
        expr: max(
          '',
          ratio(
            series('process_resident_memory_bytes'),
            `on (job, instance) ${series('quic_memory_limit_bytes')}`,
          ),
        ),
        legend: 'memory',
      },
      {
        expr: max('', ratio(series('process_open_fds'), series('process_max_fds'))),
        legend: 'file descriptors',
      },
      {
        expr: max('', ratio(series('quic_queue_depth'), series('quic_queue_limit'))),
        legend: 'queue of a pool',
      },
    ],
    limits: { warning: THRESHOLDS.connectionLimitRatio },
    alerts: ['HighConnectionCount', 'MemoryHigh', 'FdsHigh', 'QueueBacklog'],
  })
}
