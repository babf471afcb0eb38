import { AFFINITY_RESULTS } from '../../core/events.ts'
import { QUEUE_PLACES, QUEUE_SECONDS } from './buckets.ts'
import { POOL, YES_NO } from './labels.ts'
import { counter, gauge, histogram } from './spec.ts'

const byPool = { pool: POOL }

/** How waiting can end without a backend; a client that leaves is not turned away. */
export const REJECTIONS = ['full', 'timeout', 'unavailable'] as const

export const QUEUEING = {
  depth: gauge({
    name: 'quic_queue_depth',
    help: 'Requests that wait for a backend of a pool to have room.',
    labels: byPool,
    aggregator: 'sum',
    updated: 'scrape',
    source: 'balancer',
  }),
  limit: gauge({
    name: 'quic_queue_limit',
    help: 'Requests that may wait at most.',
    labels: byPool,
    aggregator: 'sum',
    updated: 'scrape',
    source: 'configuration, `pools.<name>.queue.size`',
  }),
  wait: histogram({
    name: 'quic_queue_wait_seconds',
    help: 'How long requests waited in the queue, however that ended; those that did not have to wait are not in it.',
    labels: byPool,
    unit: 'seconds',
    buckets: QUEUE_SECONDS,
    updated: 'end of the wait',
    source: 'event `queue:leave`',
  }),
  position: histogram({
    name: 'quic_queue_position',
    help: 'Place in the line at which requests began to wait; 1 is the next.',
    labels: byPool,
    buckets: QUEUE_PLACES,
    updated: 'begin of the wait',
    source: 'event `queue:enter`',
  }),
  rejected: counter({
    name: 'quic_queue_rejected_total',
    help:
      'Requests answered with 503 because of the queue: it was full, the wait took too long, or every backend went down ' +
      'meanwhile.',
    labels: { pool: POOL, reason: REJECTIONS },
    updated: 'rejection',
    source: 'event `queue:leave`',
  }),
  panic: gauge({
    name: 'quic_pool_panic',
    help: '1 while every backend of a pool is down and requests are tried on all of them, else 0.',
    labels: byPool,
    aggregator: 'max',
    updated: 'scrape',
    source: 'balancer',
  }),
  affinity: counter({
    name: 'quic_session_affinity_total',
    help:
      'Requests to pools with affinity, by what became of it: the backend of the client (hit), a first one (new), another ' +
      'one because its own could not take it (moved), or a cookie that is not ours (invalid). migrated: the first request ' +
      'since the connection moved to another address.',
    labels: { result: AFFINITY_RESULTS, migrated: YES_NO },
    updated: 'selection',
    source: 'event `affinity:result`',
  }),
}
