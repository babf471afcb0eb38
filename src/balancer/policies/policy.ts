import type { Clock, Random } from '../../core/clock.ts'
import type { PolicyName } from '../../config/types.ts'
import type { Backend } from '../backend.ts'

export type { PolicyName }

/** How a backend did in one attempt. */
export interface Answer {
  /**
   * From the attempt's start to the head of its answer, or to its failure. Not the body's time: that says more of the
   * client and of the file than of the backend.
   */
  readonly seconds: number
  /** False where the attempt counts against the backend. */
  readonly ok: boolean
}

/**
 * Chooses among the backends that the pool found available. Pure but for its own memory and the injected randomness;
 * it never asks why a backend is missing from the list.
 */
export interface Policy {
  /** `candidates` is never empty, each weighs more than 0; `key` is the request's, if the policy is `hash` and it has one. */
  choose(candidates: readonly Backend[], key: string | undefined): Backend
  /** Called at most once per attempt; never for one that the client gave up. */
  answered?(backend: Backend, answer: Answer): void
}

export interface PolicyParts {
  readonly random: Random
  readonly clock: Clock
}

export type PolicyFactory = (parts: PolicyParts) => Policy
