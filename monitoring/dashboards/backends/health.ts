/** Which servers can be used. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, stacked, timeline } from '../panels.ts'
import { increase, max, min, rate, ratio, series, sum } from '../queries.ts'
import { ADMIN, BREAKER, EJECTION, HEALTH } from '../states.ts'

export function states(): PanelBuilder {
  return timeline(
    {
      title: 'Health',
      description:
        'Health checks of each server over time, in the worst view of the instances chosen. All down at ' +
        'once is rarely the servers: look at what they share (database, files, network) and at the path ' +
        'that is checked.',
      unit: 'none',
      queries: [{ expr: min('backend_id', series('quic_backend_healthy')), legend: '{{backend_id}}' }],
      limits: { critical: 1, below: true },
      alerts: ['BackendDown', 'AllBackendsDown'],
    },
    HEALTH,
  )
}

export function breakers(): PanelBuilder {
  const inState = (state: string) =>
    max('backend_id', series('quic_circuit_breaker_state', `state="${state}"`))
  return timeline(
    {
      title: 'Circuit breakers',
      description:
        'Open: too many requests to this server failed, so it gets none. Half-open: a few are let through ' +
        'as a trial. Back and forth between both: it is still ill. See the errors below for how far ' +
        'requests get.',
      unit: 'none',
      queries: [
        {
          expr: `clamp_max(2 * ${inState('open')} + ${inState('half_open')}, 2)`,
          legend: '{{backend_id}}',
        },
      ],
      limits: { warning: 1, critical: 2 },
      alerts: ['CircuitBreakerOpen'],
    },
    BREAKER,
  )
}

export function adminStates(): PanelBuilder {
  const inState = (state: string) => max('backend_id', series('quic_backend_admin_state', `state="${state}"`))
  return timeline(
    {
      title: 'Set by operators',
      description:
        'Draining: it keeps the clients that it has and gets no others. Disabled: it gets nobody. Either lasts ' +
        'until somebody enables it, or the process restarts. One that was forgotten is missing at the next peak.',
      unit: 'none',
      queries: [
        {
          expr: `clamp_max(2 * ${inState('disabled')} + ${inState('draining')}, 2)`,
          legend: '{{backend_id}}',
        },
      ],
    },
    ADMIN,
  )
}

export function ejected(): PanelBuilder {
  return timeline(
    {
      title: 'Ejected',
      description:
        'Taken out for a while because of what its answers looked like, though its health checks may pass. ' +
        'Longer each time it happens again.',
      unit: 'none',
      queries: [{ expr: max('backend_id', series('quic_backend_ejected')), legend: '{{backend_id}}' }],
      alerts: ['BackendEjected'],
    },
    EJECTION,
  )
}

export function ejections(): PanelBuilder {
  return graph({
    title: 'Ejections within 15 minutes',
    description:
      'At the instance that saw most. Above the line it does not get well: users get its errors each time it ' +
      'comes back. consecutive_5xx and success_rate: its application. consecutive_gateway_errors: it cannot be ' +
      'reached.',
    unit: 'short',
    min: 0,
    queries: [
      {
        expr: max(
          'backend_id, reason',
          sum('job, instance, backend_id, reason', increase('quic_backend_ejections_total', '15m')),
        ),
        legend: '{{backend_id}} {{reason}}',
      },
    ],
    limits: { warning: THRESHOLDS.ejectionsPer15m },
    alerts: ['BackendEjected'],
  })
}

export function probes(): PanelBuilder {
  return stacked({
    title: 'Health checks',
    description:
      'Per second, by result. failure: a wrong answer or none. timeout: the server is there and too slow. ' +
      'None at all: health checks are not configured, and only failing requests show a dead server.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('result', rate('quic_backend_health_checks_total')), legend: '{{result}}' }],
  })
}

export function probeFailures(): PanelBuilder {
  return graph({
    title: 'Health checks that fail',
    description:
      'Share by server. Above the line though the server counts as healthy: never enough in a row to take ' +
      'it out, but users get slow or failed answers from it now and then.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: ratio(
          sum('backend_id', rate('quic_backend_health_checks_total', 'result!="success"')),
          sum('backend_id', rate('quic_backend_health_checks_total')),
        ),
        legend: '{{backend_id}}',
      },
    ],
    limits: { warning: THRESHOLDS.probeFailureRatio },
    alerts: ['ProbeFailing'],
  })
}

export function changes(): PanelBuilder {
  return graph({
    title: 'Changes of health within 15 minutes',
    description:
      'At the instance that saw most. Above the line a server flaps: mostly overload, because it recovers ' +
      'as soon as it gets nothing. Or its health check is too strict.',
    unit: 'short',
    min: 0,
    queries: [
      {
        expr: max(
          'backend_id',
          sum('job, instance, backend_id', increase('quic_backend_state_changes_total', '15m')),
        ),
        legend: '{{backend_id}}',
      },
    ],
    limits: { warning: THRESHOLDS.backendStateChangesPer15m },
    alerts: ['BackendFlapping'],
  })
}
