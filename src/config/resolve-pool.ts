/** One decoded pool → what the balancer reads. */
import type { Affinity } from './schema/affinity.ts'
import type { Pool } from './schema/pool.ts'
import type { AffinityConfig, PoolConfig } from './types.ts'

const DEFAULT_COOKIE = 'roam_backend'

/** `ca`: the text of the file that tls.ca names. */
export function resolvePool(name: string, pool: Pool, ca: string | undefined): PoolConfig {
  const { health, hostHeader, breaker, outliers, timeouts } = pool
  return {
    name,
    policy: pool.policy,
    hashKeys: pool.hash ?? [],
    backends: pool.backends,
    health: health && {
      path: health.path,
      intervalMs: health.interval,
      timeoutMs: health.timeout,
      unhealthyAfter: health.unhealthyAfter,
      healthyAfter: health.healthyAfter,
      expectStatus: health.expectStatus,
      expectBody: health.expectBody,
      rejectBody: health.rejectBody,
      host: health.host ?? (typeof hostHeader === 'object' ? hostHeader.name : undefined),
    },
    breaker: {
      errorThreshold: breaker.errorThreshold,
      windowMs: breaker.window,
      minimumRequests: breaker.minimumRequests,
      resetAfterMs: breaker.resetAfter,
    },
    retries: pool.retries,
    timeouts: {
      connectMs: timeouts.connect,
      firstByteMs: timeouts.firstByte,
      idleMs: timeouts.idle,
      totalMs: timeouts.total === 'none' ? undefined : timeouts.total,
    },
    affinity: pool.affinity && resolveAffinity(pool.affinity),
    queue: { size: pool.queue.size, timeoutMs: pool.queue.timeout },
    slowStartMs: pool.slowStart,
    panic: pool.panic,
    outliers: outliers && {
      consecutive5xx: outliers.consecutive5xx,
      consecutiveGatewayErrors: outliers.consecutiveGatewayErrors,
      successRateDeviations: outliers.successRateDeviations,
      successRateMinimumRequests: outliers.successRateMinimumRequests,
      intervalMs: outliers.interval,
      baseEjectionMs: outliers.baseEjection,
      maxEjectionMs: outliers.maxEjection,
      maxEjected: outliers.maxEjected,
    },
    hostHeader,
    tls: { ca, serverName: pool.tls.serverName },
    dnsRefreshMs: pool.dnsRefresh,
  }
}

function resolveAffinity({ by, cookie = DEFAULT_COOKIE, maxAge, keys }: Affinity): AffinityConfig {
  if (by === 'hash') return { by, keys }
  const maxAgeSeconds = maxAge === undefined ? undefined : Math.floor(maxAge / 1000)
  return { by, cookie, maxAgeSeconds, keys }
}
