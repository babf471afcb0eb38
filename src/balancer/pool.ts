import { RoamError } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import type { Fields } from '../core/exchange.ts'
import type { BreakerPermit, Lease, Pool, RetryBudget, Wait, Wish } from '../core/ports.ts'
import type { Backend } from './backend.ts'
import type { Policy, PolicyName } from './policies/policy.ts'

export interface PoolParts {
  readonly name: string
  readonly policyName: PolicyName
  readonly policy: Policy
  readonly backends: readonly Backend[]
  readonly retries: { readonly attempts: number; readonly budget: RetryBudget }
  readonly hostHeader: Pool['hostHeader']
  readonly events: Events
  /** For Retry-After: when a down backend is looked at next. */
  readonly retryAfterSeconds: number
}

/** A set of backends that serve the same thing, and the policy that chooses among those available. */
export class BackendPool implements Pool {
  readonly name: string
  readonly policy: PolicyName
  readonly backends: readonly Backend[]
  readonly retries: PoolParts['retries']
  readonly hostHeader: Pool['hostHeader']
  readonly queue = { depth: 0, limit: 0 }
  readonly panicking = false
  readonly #choose: Policy
  readonly #events: Events
  readonly #retryAfterSeconds: number

  constructor(parts: PoolParts) {
    this.name = parts.name
    this.policy = parts.policyName
    this.backends = parts.backends
    this.retries = parts.retries
    this.hostHeader = parts.hostHeader
    this.#choose = parts.policy
    this.#events = parts.events
    this.#retryAfterSeconds = parts.retryAfterSeconds
  }

  acquire({ tried }: Wish, settle: (outcome: Lease | RoamError) => void): Wait | undefined {
    const candidates = this.backends.filter(
      (backend) => backend.available && (tried === undefined || !tried.has(backend.id)),
    )
    if (candidates.length === 0) {
      settle(new RoamError('NO_BACKEND', `pool ${this.name}: no backend is available`))
      return undefined
    }
    const backend = this.#choose.choose(candidates, undefined)
    this.#events.emit('backend:selected', { backendId: backend.id, policy: this.policy })
    settle(new BackendLease(backend))
    return undefined
  }

  retryAfterSeconds(): number {
    return this.#retryAfterSeconds
  }
}

/**
 * Answers that count against a backend. 501 and 505 are about the request; 503 is what an application in maintenance
 * says, on all its nodes at once, and its page must reach the client (docs/decisions/0004).
 */
const FAILURE_STATUS = new Set([500, 502, 504])

class BackendLease implements Lease {
  readonly backend: Backend
  readonly responseFields: Fields = []
  #permit: BreakerPermit
  #answered = false
  #released = false

  constructor(backend: Backend) {
    this.backend = backend
    this.#permit = backend.breaker.enter()
    backend.inFlight++
  }

  answered(status: number): void {
    this.#answered = true
    if (FAILURE_STATUS.has(status)) this.#permit.failed()
    else this.#permit.succeeded()
  }

  failed(_error: RoamError): void {
    // A response that breaks off after its head is a failure of its own: the first verdict is already given.
    if (this.#answered && this.backend.breaker.allows) this.#permit = this.backend.breaker.enter()
    this.#permit.failed()
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#permit.abandoned()
    this.backend.inFlight--
  }
}
