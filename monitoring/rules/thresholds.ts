/**
 * Every number that an alert compares with, and the windows of the service-level objectives. The rules and the
 * dashboards' threshold lines are both made from this file, so they cannot disagree. After a change: npm run generate.
 *
 * Ratios are 0 to 1, times are seconds, rates are per second. "spec" marks what the specification fixes; the rest are
 * starting points to be tuned from a site's own data (docs/OPERATIONS.md).
 */

/** Prometheus's own notation: 5m, 1h, 3d. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`

/** The scrape job of Roam's /metrics; every rule is grouped by it. */
export const ROAM_JOB = 'roam'

export const THRESHOLDS = {
  /** spec. An absolute number, exceeded all day on a large site: an information, never a page. */
  migrationsPerSecond: 0.1,
  migrationFailureRatio: 0.1,
  /** spec */
  errorRatio: 0.05,
  /** spec */
  packetLossRatio: 0.02,
  handshakeFailureRatio: 0.5,
  /** Of the share of the day before. */
  http3ShareCollapse: 0.5,
  connectionDropsPerSecond: 10,
  /** Of the limit that is configured. */
  connectionLimitRatio: 0.8,
  /** p95 of pages and AJAX calls. */
  latencySeconds: 1,
  /** p99 of the time that Roam itself adds. */
  overheadSeconds: 0.1,
  backendStateChangesPer15m: 4,
  /** One ejection is what it is there for. */
  ejectionsPer15m: 2,
  /** Of the places that are configured. */
  queueWarningRatio: 0.5,
  queueCriticalRatio: 0.9,
  /** Of the requests whose client had a backend. */
  affinityBreakRatio: 0.1,
  /** A token that was mistyped, or a script with an old one, stays below. */
  adminAuthFailuresPer15m: 10,
  probeFailureRatio: 0.2,
  resumedHandshakeRatio: 0.7,
  certificateWarningSeconds: 14 * 86_400,
  certificateCriticalSeconds: 7 * 86_400,
  eventLoopLagSeconds: 0.1,
  memoryRatio: 0.85,
  fileDescriptorRatio: 0.8,
  /** Prometheus forgets after 8.3 days: five are left to export what is missing. */
  baselineAgeSeconds: 3 * 86_400,
  /** Below this, at night, a share of requests says nothing. */
  quietRequestsPerSecond: 1,
} as const

/** Below these a share is made of too few cases to say anything: one scanner, one phone whose battery died. */
export const FLOORS = {
  /** Migrations that failed within 15 minutes. */
  failedMigrations: 3,
  /** A TCP health check of another load balancer, every 10 s, is a failed handshake each time. It stays below. */
  handshakesPerSecond: 0.2,
  /** A share of HTTP/3 that was small the day before halves by chance. */
  http3Share: 0.05,
} as const

/** Service-level objectives: the share of requests that must be good. */
export const OBJECTIVES = {
  /** Answered without 5xx; requests that the client left are no part of it. */
  availability: 0.999,
  /** Pages and AJAX calls under THRESHOLDS.latencySeconds. A starting point: a site replaces it when it knows its own baseline. */
  latency: 0.95,
} as const

/** Windows over which the objectives' ratios are recorded. */
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const satisfies readonly Duration[]
export type Window = (typeof WINDOWS)[number]

/** SRE workbook, chapter 5: a pair fires only while both windows burn faster than `factor` × the error budget. */
export interface BurnRate {
  readonly long: Window
  readonly short: Window
  readonly factor: number
  readonly for: Duration
  readonly severity: 'critical' | 'warning'
}

export const BURN_RATES: readonly BurnRate[] = [
  { long: '1h', short: '5m', factor: 14.4, for: '2m', severity: 'critical' },
  { long: '6h', short: '30m', factor: 6, for: '15m', severity: 'critical' },
  { long: '1d', short: '2h', factor: 3, for: '1h', severity: 'warning' },
  { long: '3d', short: '6h', factor: 1, for: '3h', severity: 'warning' },
]
