import type { Random } from '../../core/clock.ts'
import type { PolicyName } from '../../config/types.ts'
import type { Backend } from '../backend.ts'

export type { PolicyName }

/**
 * Chooses among the backends that the pool found available. Pure but for its own memory and the injected randomness;
 * it never asks why a backend is missing from the list. `candidates` is never empty.
 */
export interface Policy {
  choose(candidates: readonly Backend[]): Backend
}

export type PolicyFactory = (random: Random) => Policy
