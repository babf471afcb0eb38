import type { Clock } from '../core/clock.ts'
import type { RoamError } from '../core/errors.ts'
import type { Fields } from '../core/exchange.ts'
import type { BreakerPermit, Lease } from '../core/ports.ts'
import type { Backend } from './backend.ts'
import type { Outliers } from './outliers.ts'
import type { Policy } from './policies/policy.ts'

/**
 * Answers that count against a backend. 501 and 505 are about the request; 503 is what an application in maintenance
 * says, on all its nodes at once, and its page must reach the client (docs/decisions/0004).
 */
const FAILURE_STATUS = new Set([500, 502, 504])

/** Whom a lease tells how it went. */
export interface LeaseParts {
  readonly policy: Policy
  readonly outliers: Outliers
  readonly clock: Clock
}

/** One request's place on a backend, from the choice to the end of the answer. */
export class BackendLease implements Lease {
  readonly backend: Backend
  readonly responseFields: Fields
  readonly #parts: LeaseParts
  readonly #startedAt: number
  #permit: BreakerPermit
  #status: number | undefined
  #failed = false
  #released = false

  constructor(backend: Backend, responseFields: Fields, parts: LeaseParts) {
    this.backend = backend
    this.responseFields = responseFields
    this.#parts = parts
    this.#startedAt = parts.policy.answered === undefined ? 0 : parts.clock.now()
    backend.inFlight++
    this.#permit = backend.breaker.enter()
  }

  answered(status: number): void {
    this.#status = status
    const ok = !FAILURE_STATUS.has(status)
    if (ok) this.#permit.succeeded()
    else this.#permit.failed()
    this.#tellPolicy(ok)
  }

  failed(_error: RoamError): void {
    this.#failed = true
    // A response that breaks off after its head is a failure of its own: the first verdict is already given.
    if (this.#status === undefined) this.#tellPolicy(false)
    else if (this.backend.breaker.allows) this.#permit = this.backend.breaker.enter()
    this.#permit.failed()
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#permit.abandoned()
    // Only now is it known whether the answer was whole.
    if (this.#failed) this.#parts.outliers.observe(this.backend, 'broken')
    else if (this.#status !== undefined) this.#parts.outliers.observe(this.backend, this.#status)
    this.backend.release()
  }

  #tellPolicy(ok: boolean): void {
    const { policy, clock } = this.#parts
    policy.answered?.(this.backend, { seconds: (clock.now() - this.#startedAt) / 1000, ok })
  }
}
