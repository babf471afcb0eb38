/** Pools that have more to do than their backends take, and clients that lose the backend they had. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { THRESHOLDS } from '../thresholds.ts'
import { BUSY } from './objectives.ts'

function queueBacklog(ratio: number, severity: 'warning' | 'critical'): AlertRule {
  return {
    alert: 'QueueBacklog',
    // A pool without a queue has a limit of 0: no number comes of it, and no alert.
    expr: `quic_queue_depth / quic_queue_limit > ${ratio}`,
    for: '2m',
    keepFiringFor: '2m',
    severity,
    summary: 'The queue of pool {{ $labels.pool }} is {{ $value | humanizePercentage }} full',
    description:
      'Every backend has as many requests in hand as maxRequests allows, as {{ $labels.instance }} sees it. Users wait, and get ' +
      '503 once it is full. Answers slower than usual: the database behind them. As fast as ever: add backends.',
    dashboard: 'roam-backends',
  }
}

export const queueing: RuleGroup<AlertRule> = {
  name: 'roam-queueing',
  rules: [
    queueBacklog(THRESHOLDS.queueWarningRatio, 'warning'),
    queueBacklog(THRESHOLDS.queueCriticalRatio, 'critical'),
    {
      alert: 'PoolPanic',
      expr: 'quic_pool_panic == 1',
      for: '1m',
      keepFiringFor: '2m',
      severity: 'critical',
      summary: 'No backend of pool {{ $labels.pool }} is up, and all of them are tried',
      description:
        'Unhealthy, ejected or without weight, as {{ $labels.instance }} sees it; users get whatever the backends still answer. ' +
        'All at once is rarely the servers: look at what they share, and at what was changed last.',
      dashboard: 'roam-backends',
    },
    {
      alert: 'AffinityBroken',
      expr: `job:quic_session_affinity_breaks:ratio_rate10m > ${THRESHOLDS.affinityBreakRatio}\nand ${BUSY}`,
      for: '10m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of returning clients do not reach the backend they had',
      description:
        'What a backend keeps for its clients, sessions or caches, is missing at the next one. moved: backends that come and ' +
        'go. invalid: instances whose secretFile differs, or cookies that somebody changes.',
      dashboard: 'roam-backends',
    },
  ],
}
