import type { PolicyFactory } from './policy.ts'
import { createTurns } from './turns.ts'

/** Each in turn, in proportion to its weight. */
export const roundRobin: PolicyFactory = () => ({ choose: createTurns() })
