/** Who waits because every server of its pool has enough in hand. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, timeline } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { max, rate, ratio, series, sum } from '../queries.ts'
import { PANIC } from '../states.ts'

export function filling(): PanelBuilder {
  return graph({
    title: 'Queues, of their limit',
    description:
      'How full each pool’s queue is, at the fullest instance. Peaks of seconds when a lesson or a quiz ' +
      'begins are what it is for. Above the lines for minutes: the servers are too slow or too few; at ' +
      '100 % users get 503.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: max('pool', ratio(series('quic_queue_depth'), series('quic_queue_limit'))),
        legend: '{{pool}}',
      },
    ],
    limits: { warning: THRESHOLDS.queueWarningRatio, critical: THRESHOLDS.queueCriticalRatio },
    alerts: ['QueueBacklog'],
    none: 'no pool has a queue',
  })
}

export function waiting(): PanelBuilder {
  return graph({
    title: 'Requests that wait',
    description:
      'In the queue of each pool, at all instances chosen. It should go back to 0 within seconds. A ' +
      'plateau: as many come as are served, and each of them waits; add a server, or find out what is slow.',
    unit: 'short',
    min: 0,
    queries: [{ expr: sum('pool', series('quic_queue_depth')), legend: '{{pool}}' }],
    alerts: ['QueueBacklog'],
  })
}

export function waits(): PanelBuilder {
  return graph({
    title: 'Time in the queue',
    description:
      'Of the requests that had to wait, whatever came of it. This is on top of the response time of the ' +
      'server. Near queue.timeout, 30 s unless set otherwise, requests are turned away instead.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_queue_wait_seconds', { by: 'pool' }),
    none: 'nobody waited',
  })
}

export function places(): PanelBuilder {
  return graph({
    title: 'Place in the queue',
    description:
      'How many were in the line, with the newcomer, when it joined. Divided by the requests per second ' +
      'of the pool it is about the seconds to wait.',
    unit: 'short',
    min: 0,
    queries: percentiles([50, 95], 'quic_queue_position', { by: 'pool' }),
    none: 'nobody waited',
  })
}

export function rejections(): PanelBuilder {
  return graph({
    title: 'Turned away by queues',
    description:
      'Per second, each of them a 503. full: more came than the queue holds. timeout: it waited for ' +
      'queue.timeout. unavailable: every server went down while it waited.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('pool, reason', rate('quic_queue_rejected_total')), legend: '{{pool}} {{reason}}' },
    ],
    alerts: ['QueueBacklog'],
  })
}

export function panics(): PanelBuilder {
  return timeline(
    {
      title: 'Panic',
      description:
        'No server of the pool is up, so all are tried rather than none. Some answers may still be good. ' +
        'All at once is rarely the servers: look at what they share.',
      unit: 'none',
      queries: [{ expr: max('pool', series('quic_pool_panic')), legend: '{{pool}}' }],
      limits: { critical: 1 },
      alerts: ['PoolPanic'],
    },
    PANIC,
  )
}
