import type { AdminState, BreakerState } from '../core/events.ts'
import type { BackendView, Breaker, UpstreamSettings } from '../core/ports.ts'
import { slowStart } from './slow-start.ts'

/** What the configuration says of a backend. */
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

/** The pool as its backends know it. */
export interface BackendHost {
  /** Milliseconds by the pool's clock. */
  now(): number
  readonly slowStartMs: number
  /** The backend can take more or less than before, for a reason other than its requests. */
  changed(): void
  /** One of its requests has ended. */
  released(backend: Backend): void
}

/** One backend's state. What becomes of a request falls out of the predicates here, and nowhere else. */
export class Backend implements BackendView {
  readonly id: string
  readonly url: URL
  readonly pool: string
  inFlight = 0
  #facts: BackendFacts
  #breaker: Breaker
  #host: BackendHost | undefined
  /** Health checks decide; true until the first one has answered, which it does at once. */
  #healthy = true
  #ejected = false
  #adminState: AdminState = 'enabled'
  #chosenWeight: number | undefined
  /** It was up with a closed breaker when last looked at. */
  #served = true
  /** Since when it has been coming back; undefined once it is. */
  #risingSince: number | undefined
  #onIdle: (() => void)[] = []

  constructor(facts: BackendFacts, breaker: Breaker) {
    this.id = facts.id
    this.url = facts.url
    this.pool = facts.pool
    this.#facts = facts
    this.#breaker = breaker
  }

  /** The configured weight or the operator's, less during slow start. */
  get weight(): number {
    const since = this.#risingSince
    if (since === undefined) return this.#fullWeight
    const factor = slowStart(since, this.#host!.now(), this.#host!.slowStartMs)
    if (factor === 1) this.#risingSince = undefined
    return this.#fullWeight * factor
  }

  get maxRequests(): number {
    return this.#facts.maxRequests
  }

  get backup(): boolean {
    return this.#facts.backup
  }

  get upstream(): UpstreamSettings {
    return this.#facts.upstream
  }

  get breaker(): Breaker {
    return this.#breaker
  }

  get breakerState(): BreakerState {
    return this.#breaker.state
  }

  get healthy(): boolean {
    return this.#healthy
  }

  set healthy(healthy: boolean) {
    this.#healthy = healthy
    this.changed()
  }

  get ejected(): boolean {
    return this.#ejected
  }

  set ejected(ejected: boolean) {
    this.#ejected = ejected
    this.changed()
  }

  get adminState(): AdminState {
    return this.#adminState
  }

  /** An operator's decision; a reload does not undo it. */
  set adminState(state: AdminState) {
    this.#adminState = state
    this.changed()
  }

  /** An operator's weight instead of the configured one; undefined: the configured one. A reload does not undo it. */
  get chosenWeight(): number | undefined {
    return this.#chosenWeight
  }

  set chosenWeight(weight: number | undefined) {
    this.#chosenWeight = weight
    this.changed()
  }

  /** In rotation. Weight 0 takes a backend out without removing it. */
  get up(): boolean {
    return this.#healthy && !this.#ejected && this.drafted
  }

  /** A request could be sent to it now. */
  get available(): boolean {
    return this.up && this.hasRoom && this.#breaker.allows
  }

  get hasRoom(): boolean {
    return this.inFlight < this.#facts.maxRequests
  }

  /** A client that is pinned to it may come: what `draining` leaves. */
  get keepsPinned(): boolean {
    return this.#healthy && !this.#ejected && this.#adminState !== 'disabled' && this.#fullWeight > 0
  }

  /** An operator lets it serve: in a panic nothing else is asked. */
  get drafted(): boolean {
    return this.#adminState === 'enabled' && this.#fullWeight > 0
  }

  get #fullWeight(): number {
    return this.#chosenWeight ?? this.#facts.weight
  }

  /** Belongs to a pool from now on. `arriving`: to one that is running, so it begins slowly. */
  join(host: BackendHost, arriving: boolean): void {
    this.#host = host
    if (arriving) this.#risingSince = host.now()
  }

  /** What the configuration says of it now: the same backend, with all that is known of it. */
  reconfigure(facts: BackendFacts, breaker: Breaker): void {
    const same = sameSettings(facts.upstream, this.#facts.upstream)
    this.#facts = same ? { ...facts, upstream: this.#facts.upstream } : facts
    this.#breaker = breaker
    this.changed()
  }

  /** Whatever decides over `up` has changed, or the breaker has. */
  changed(): void {
    const serves = this.up && this.#breaker.state === 'closed'
    if (serves && !this.#served) this.#risingSince = this.#host?.now()
    this.#served = serves
    this.#host?.changed()
  }

  /** One request less. */
  release(): void {
    this.inFlight--
    this.#host?.released(this)
    if (this.inFlight === 0) for (const resolve of this.#onIdle.splice(0)) resolve()
  }

  /** Resolves once nothing is in flight on it. */
  async idle(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }
}

/** Another object would close the connections. */
function sameSettings(a: UpstreamSettings, b: UpstreamSettings): boolean {
  const names = Object.keys(a) as (keyof UpstreamSettings)[]
  return names.every((name) => a[name] === b[name])
}
