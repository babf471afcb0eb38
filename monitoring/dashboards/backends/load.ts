/** Who gets how much, and how long they take. */
import { GOOD } from '../colours.ts'
import { type PanelBuilder, graph, heat, stacked, table, timeline } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { max, rate, series, sum } from '../queries.ts'

export function share(): PanelBuilder {
  return stacked({
    title: 'Requests by backend',
    description:
      'Per second. none: no server was chosen, because all of its pool are down, no route fits, or the ' +
      'request was malformed. Uneven shares are right where weights differ.',
    unit: 'reqps',
    min: 0,
    queries: [{ expr: sum('backend_id', rate('quic_requests_total')), legend: '{{backend_id}}' }],
  })
}

export function selections(): PanelBuilder {
  return graph({
    title: 'Selections by policy',
    description:
      'How often a policy chose each server, per second; above the requests where retries are. One server ' +
      'at 0 while healthy: its breaker is open.',
    unit: 'cps',
    min: 0,
    queries: [
      {
        expr: sum('backend_id, algorithm', rate('quic_backend_selected_total')),
        legend: '{{backend_id}} ({{algorithm}})',
      },
    ],
  })
}

export function weights(): PanelBuilder {
  return table(
    {
      title: 'Pools and weights',
      description:
        'As it is now: which server is in which pool, with which weight. A server with twice the weight gets ' +
        'twice the requests. Less than configured: an operator changed it, or it has just come back (slowStart).',
      unit: 'none',
      queries: [
        {
          expr: `${max('backend_id, pool', series('quic_backend_info', 'pool=~"$pool"'))} * on (backend_id) group_left () ${max('backend_id', series('quic_backend_weight'))}`,
          legend: '{{backend_id}}',
        },
      ],
    },
    [
      { field: 'pool', heading: 'Pool', sorted: true },
      { field: 'backend_id', heading: 'Backend' },
      { field: 'Value', heading: 'Weight' },
    ],
  )
}

export function policies(): PanelBuilder {
  return timeline(
    {
      title: 'Policies in use',
      description:
        'By which rule servers are chosen, in any of the pools. A bar that begins or ends is a new ' +
        'configuration: compare what changed then.',
      unit: 'none',
      queries: [
        { expr: max('algorithm', series('quic_load_balancer_algorithm_info')), legend: '{{algorithm}}' },
      ],
    },
    [{ value: '1', text: 'in use', colour: GOOD }],
  )
}

export function connections(): PanelBuilder {
  return graph({
    title: 'Connections to backends',
    description:
      'Open connections, in use or not. A climb without more requests: the server answers slowly and each ' +
      'request holds one. The server’s own limit (MaxRequestWorkers, pm.max_children) should be above it.',
    unit: 'short',
    min: 0,
    queries: [{ expr: sum('backend_id', series('quic_backend_connections')), legend: '{{backend_id}}' }],
  })
}

export function pool(): PanelBuilder {
  return stacked({
    title: 'Connection pools',
    description:
      'Of the chosen servers together. pending: requests that wait for a connection. More than a moment ' +
      'above 0: the pool is too small, or the servers are too slow.',
    unit: 'short',
    min: 0,
    queries: [{ expr: sum('state', series('quic_backend_pool_connections')), legend: '{{state}}' }],
  })
}

export function responseTimes(): PanelBuilder {
  return graph({
    title: 'Response time by backend',
    description:
      'Request sent until the first byte of the answer. One server above the others is that server; all ' +
      'together are the database, the cache or the shared files behind them.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_backend_response_time_seconds', { by: 'backend_id' }),
    alerts: ['HighLatency'],
  })
}

export function responseTimesOverTime(): PanelBuilder {
  return heat({
    title: 'Distribution of response times',
    description:
      'Of the chosen servers; the darker, the more answers. A new band high up is one slow page or a ' +
      'timeout behind Moodle; everything moving up is load.',
    unit: 's',
    queries: [{ expr: sum('le', rate('quic_backend_response_time_seconds_bucket')), legend: '{{le}}' }],
  })
}
