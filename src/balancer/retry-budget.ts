import type { RetryBudget } from '../core/ports.ts'

/** Retries that are always allowed in store, so that a quiet pool can retry too. */
const RESERVE = 10

/**
 * Retries as a share of requests (the idea is Finagle's): each first attempt earns `share` of a retry, up to a reserve
 * that covers a burst. A pool that fails wholly is hit `1 + share` times, not twice.
 */
export function createRetryBudget(share: number): RetryBudget {
  let balance = RESERVE
  return {
    deposit() {
      balance = Math.min(balance + share, RESERVE * 10)
    },
    withdraw() {
      if (balance < 1) return false
      balance -= 1
      return true
    },
  }
}
