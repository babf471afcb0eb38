import type { RoamError } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import type { BreakerPermit, Lease, Pool, RetryBudget } from '../core/ports.ts'
import type { Backend } from './backend.ts'
import type { Policy, PolicyName } from './policies/policy.ts'

export interface PoolParts {
  readonly name: string
  readonly policyName: PolicyName
  readonly policy: Policy
  readonly backends: readonly Backend[]
  readonly retries: { readonly attempts: number; readonly budget: RetryBudget }
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
  readonly #choose: Policy
  readonly #events: Events
  readonly #retryAfterSeconds: number

  constructor(parts: PoolParts) {
    this.name = parts.name
    this.policy = parts.policyName
    this.backends = parts.backends
    this.retries = parts.retries
    this.#choose = parts.policy
    this.#events = parts.events
    this.#retryAfterSeconds = parts.retryAfterSeconds
  }

  acquire(tried: ReadonlySet<string> | undefined): Lease | undefined {
    const candidates = this.backends.filter(
      (backend) => backend.available && (tried === undefined || !tried.has(backend.id)),
    )
    if (candidates.length === 0) return undefined
    const backend = this.#choose.choose(candidates)
    this.#events.emit('backend:selected', { backendId: backend.id, policy: this.policy })
    return new BackendLease(backend)
  }

  retryAfterSeconds(): number {
    return this.#retryAfterSeconds
  }
}

class BackendLease implements Lease {
  readonly backend: Backend
  #permit: BreakerPermit
  #answered = false
  #released = false

  constructor(backend: Backend) {
    this.backend = backend
    this.#permit = backend.breaker.enter()
    backend.inFlight++
  }

  answered(): void {
    this.#answered = true
    this.#permit.succeeded()
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
