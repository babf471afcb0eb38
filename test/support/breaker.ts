import { createBreaker } from '../../src/breaker/breaker.ts'
import type { BreakerState } from '../../src/core/events.ts'
import type { Breaker } from '../../src/core/ports.ts'
import { settled } from './virtual-time.ts'

export const BREAKER_OPTIONS = {
  errorThreshold: 0.5,
  windowMs: 1_000,
  minimumRequests: 4,
  resetAfterMs: 2_000,
}

/** A breaker with a diary. */
export function observedBreaker(options = BREAKER_OPTIONS): {
  breaker: Breaker
  states: BreakerState[]
  failures: () => number
} {
  const states: BreakerState[] = []
  let failures = 0
  const breaker = createBreaker(options, {
    onState: (state) => states.push(state),
    onFailure: () => failures++,
  })
  return { breaker, states, failures: () => failures }
}

/** Enough failures in a row to open it. */
export async function trip(breaker: Breaker, times = BREAKER_OPTIONS.minimumRequests): Promise<void> {
  for (let i = 0; i < times; i++) breaker.enter().failed()
  await settled()
}
