import { AFFINITY_RESULTS, type QueueOutcome } from '../../core/events.ts'
import { YES_NO } from '../catalogue/labels.ts'
import { QUEUEING, REJECTIONS } from '../catalogue/queueing.ts'
import { type Section, each, remember } from '../section.ts'

/** Pools: who waits in them, and who comes back to the backend it had. */
export function measureQueueing(section: Section): void {
  measureWaiting(section)
  measureAffinity(section)
  showPools(section)
}

type Rejection = (typeof REJECTIONS)[number]

function isRejection(outcome: QueueOutcome): outcome is Rejection {
  return (REJECTIONS as readonly QueueOutcome[]).includes(outcome)
}

function measureWaiting(section: Section): void {
  const { on, metrics } = section
  const wait = metrics.histogram(QUEUEING.wait)
  const position = metrics.histogram(QUEUEING.position)
  const rejected = metrics.counter(QUEUEING.rejected)
  const seriesOf = remember(section, (pool) => ({
    wait: wait.labels({ pool }),
    position: position.labels({ pool }),
    rejected: each(REJECTIONS, (reason) => rejected.labels({ pool, reason })),
  }))
  on('queue:enter', ({ pool, position }) => seriesOf(pool).position.observe(position))
  on('queue:leave', ({ pool, outcome, seconds }) => {
    const series = seriesOf(pool)
    if (outcome !== 'full') series.wait.observe(seconds)
    if (isRejection(outcome)) series.rejected[outcome].inc()
  })
}

function measureAffinity({ on, metrics }: Section): void {
  const family = metrics.counter(QUEUEING.affinity)
  // Of every request to a pool with affinity.
  const series = each(AFFINITY_RESULTS, (result) =>
    each(YES_NO, (migrated) => family.labels({ result, migrated })),
  )
  on('affinity:result', ({ result, migrated }) => series[result][migrated ? 'true' : 'false'].inc())
}

function showPools({ metrics, inspector }: Section): void {
  metrics.gauge(QUEUEING.depth, (set) => {
    for (const { name, queue } of inspector.pools()) set({ pool: name }, queue.depth)
  })
  metrics.gauge(QUEUEING.limit, (set) => {
    for (const { name, queue } of inspector.pools()) set({ pool: name }, queue.limit)
  })
  metrics.gauge(QUEUEING.panic, (set) => {
    for (const { name, panicking } of inspector.pools()) set({ pool: name }, panicking ? 1 : 0)
  })
}
