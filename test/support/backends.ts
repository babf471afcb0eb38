import { Backend } from '../../src/balancer/backend.ts'
import type { Breaker } from '../../src/core/ports.ts'

const ALWAYS_CLOSED: Breaker = {
  state: 'closed',
  allows: true,
  enter: () => ({ succeeded() {}, failed() {}, abandoned() {} }),
  close() {},
}

/** Backends a, b, c … with the given weights, for tests of policies and pools. */
export function backendsOfWeight(weights: readonly number[], breaker: Breaker = ALWAYS_CLOSED): Backend[] {
  return weights.map((weight, i) => {
    const id = String.fromCharCode(97 + i)
    return new Backend(
      { id, url: new URL(`http://${id}.test`), pool: 'test', weight, maxRequests: 100 },
      breaker,
    )
  })
}

/** A repeatable source of chance (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}
