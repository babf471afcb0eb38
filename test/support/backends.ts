import { Backend } from '../../src/balancer/backend.ts'
import type { BackendView, Breaker, UpstreamSettings } from '../../src/core/ports.ts'

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

/** What others may know of a backend that is well, for tests of those others. */
export function backendView(id: string, changes: Partial<BackendView> = {}): BackendView {
  return {
    id,
    url: new URL('http://127.0.0.1:8001'),
    pool: 'moodle',
    weight: 1,
    backup: false,
    maxRequests: 100,
    inFlight: 0,
    healthy: true,
    ejected: false,
    adminState: 'enabled',
    breakerState: 'closed',
    available: true,
    upstream: UPSTREAM,
    ...changes,
  }
}
