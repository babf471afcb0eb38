import { Backend } from '../../src/balancer/backend.ts'
import type { Breaker, UpstreamSettings } from '../../src/core/ports.ts'

const ALWAYS_CLOSED: Breaker = {
  state: 'closed',
  allows: true,
  hurry: () => false,
  enter: () => ({ succeeded() {}, failed() {}, abandoned() {} }),
  close() {},
}

export const UPSTREAM: UpstreamSettings = {
  connectTimeoutMs: 1000,
  maxConnections: 100,
  ca: undefined,
  serverName: undefined,
  dnsRefreshMs: 30_000,
}

/** Backends a, b, c … with the given weights, for tests of policies and pools. */
export function backendsOfWeight(weights: readonly number[], breaker: Breaker = ALWAYS_CLOSED): Backend[] {
  return weights.map((weight, i) => {
    const id = String.fromCharCode(97 + i)
    return new Backend(
      {
        id,
        url: new URL(`http://${id}.test`),
        pool: 'test',
        weight,
        maxRequests: 100,
        backup: false,
        upstream: UPSTREAM,
      },
      breaker,
    )
  })
}
