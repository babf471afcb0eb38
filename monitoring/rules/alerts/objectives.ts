/** The service-level objectives: error budgets that burn too fast, and the two figures of latency behind them. */
import { INTERACTIVE } from '../recording.ts'
import type { AlertRule, RuleGroup } from '../rule.ts'
import { BURN_RATES, type BurnRate, OBJECTIVES, THRESHOLDS } from '../thresholds.ts'

/** At night a share of requests says nothing. Scrapes of /metrics do not count. */
export const BUSY = `job:quic_requests:rate5m > ${THRESHOLDS.quietRequestsPerSecond}`

interface Budget {
  readonly alert: string
  /** The recorded ratio, without its window. */
  readonly ratio: string
  readonly objective: number
  /** Ends "x % of …". */
  readonly what: string
  readonly description: string
}

const BUDGETS: readonly Budget[] = [
  {
    alert: 'ErrorBudgetBurn',
    ratio: 'job:quic_request_errors:ratio_rate',
    objective: OBJECTIVES.availability,
    what: 'requests were answered with 5xx',
    description:
      'Users see error pages; at this rate the budget of the availability objective does not last.',
  },
  {
    alert: 'LatencyBudgetBurn',
    ratio: 'job:quic_request_slow:ratio_rate',
    objective: OBJECTIVES.latency,
    what: `pages and AJAX calls took longer than ${THRESHOLDS.latencySeconds} s`,
    description: 'Users wait; at this rate the budget of the latency objective does not last.',
  },
]

/** Both windows must burn: the long one shows that it matters, the short one that it still goes on. */
function burning({ alert, ratio, objective, what, description }: Budget, pair: BurnRate): AlertRule {
  // Subtraction leaves 0.0010000000000000009.
  const budget = Number((1 - objective).toFixed(6))
  return {
    alert,
    expr: [
      `${ratio}${pair.long} > ${pair.factor} * ${budget}`,
      `and ${ratio}${pair.short} > ${pair.factor} * ${budget}`,
      `and ${BUSY}`,
    ].join('\n'),
    for: pair.for,
    keepFiringFor: '2m',
    severity: pair.severity,
    // Rules of one name and severity would otherwise be the same alert.
    labels: { long: pair.long, short: pair.short },
    summary: `{{ $value | humanizePercentage }} of the last ${pair.long}'s ${what}`,
    description: `${description} It burns ${pair.factor} times as fast as planned, and did so in the last ${pair.short} too.`,
    dashboard: 'roam-slo',
  }
}

export const objectives: RuleGroup<AlertRule> = {
  name: 'roam-objectives-alerts',
  rules: [
    ...BUDGETS.flatMap((budget) => BURN_RATES.map((pair) => burning(budget, pair))),
    {
      alert: 'HighLatency',
      expr:
        `histogram_quantile(0.95, sum by (job, le) (rate(quic_request_duration_seconds_bucket{${INTERACTIVE}}[5m]))) > ${THRESHOLDS.latencySeconds}\n` +
        `and ${BUSY}`,
      for: '5m',
      keepFiringFor: '2m',
      // For the day: LatencyBudgetBurn is the one that wakes somebody.
      severity: 'warning',
      summary: 'One in twenty pages or AJAX calls takes longer than {{ $value | humanizeDuration }}',
      description:
        'Compare it with the response time of the backends. Both high: Moodle, its database or its cache. ' +
        'Only this one high: the clients’ network, or Roam itself (BalancerOverheadHigh).',
      dashboard: 'roam-overview',
    },
    {
      alert: 'BalancerOverheadHigh',
      expr: `job:quic_proxy_overhead_seconds:p99_rate5m > ${THRESHOLDS.overheadSeconds}\nand ${BUSY}`,
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: 'Roam itself adds {{ $value | humanizeDuration }} to one in a hundred responses',
      description:
        'Time that no backend took. Look at the event loop’s lag and the CPU of the process and of the host first.',
      dashboard: 'roam-process',
    },
  ],
}
