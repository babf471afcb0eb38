import type { RoamError } from '../core/errors.ts'

/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

export interface RetryFacts {
  readonly error: RoamError
  readonly method: string
  /** Attempts made so far, the failed one included; those whose connection was refused are not counted. */
  readonly attempts: number
  /** Attempts allowed after the first. */
  readonly maxRetries: number
  /** Bytes of the request's body were taken from the client: it cannot be sent again. */
  readonly bodyTouched: boolean
  /** The client has seen the head of a response. */
  readonly answered: boolean
}

/**
 * Whether another backend may be tried. Pure: the budget and the supply of backends are asked afterwards. A refused
 * connection uses up no retry, because it costs no time and no work: with two of three backends gone each request still
 * finds the third. No backend is asked twice, which bounds it.
 */
export function mayRetry(facts: RetryFacts): boolean {
  if (facts.answered || facts.bodyTouched || facts.maxRetries === 0) return false
  if (facts.error.code === 'UPSTREAM_REFUSED') return true
  if (facts.attempts > facts.maxRetries) return false
  switch (facts.error.facts.retry) {
    case 'safe':
      return true
    case 'if-idempotent':
      return IDEMPOTENT.has(facts.method)
    case 'never':
      return false
  }
}
