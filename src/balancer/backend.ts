import type { AdminState, BreakerState } from '../core/events.ts'
import type { BackendView, Breaker, UpstreamSettings } from '../core/ports.ts'

export interface BackendFacts {
  readonly id: string
  readonly url: URL
  readonly pool: string
  readonly weight: number
  /** Requests in flight at most; above it the backend is full. */
  readonly maxRequests: number
  readonly backup: boolean
  readonly upstream: UpstreamSettings
}

/** One backend's state. Policies and the proxy know nothing of it but `available`. */
export class Backend implements BackendView {
  readonly id: string
  readonly url: URL
  readonly pool: string
  readonly weight: number
  readonly maxRequests: number
  readonly backup: boolean
  readonly upstream: UpstreamSettings
  readonly breaker: Breaker
  inFlight = 0
  /** Health checks decide; true until the first one has answered, which it does at once. */
  healthy = true
  ejected = false
  adminState: AdminState = 'enabled'

  constructor(facts: BackendFacts, breaker: Breaker) {
    this.id = facts.id
    this.url = facts.url
    this.pool = facts.pool
    this.weight = facts.weight
    this.maxRequests = facts.maxRequests
    this.backup = facts.backup
    this.upstream = facts.upstream
    this.breaker = breaker
  }

  get breakerState(): BreakerState {
    return this.breaker.state
  }

  /** The one predicate of availability. Weight 0 takes a backend out of rotation without removing it. */
  get available(): boolean {
    return this.healthy && this.weight > 0 && this.inFlight < this.maxRequests && this.breaker.allows
  }
}
