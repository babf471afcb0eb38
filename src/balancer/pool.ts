import type { PoolConfig } from '../config/types.ts'
import type { Clock, Random } from '../core/clock.ts'
import { RoamError } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import type { Fields } from '../core/exchange.ts'
import type { Lease, Pool, RetryBudget, Wait, Wish } from '../core/ports.ts'
import { type Affinity, resultOf } from './affinity/affinity.ts'
import { withoutCookie } from './affinity/cookies.ts'
import { createAffinity } from './affinity/index.ts'
import { type KeyReader, keyReader } from './affinity/key.ts'
import { watchMigrations } from './affinity/migrations.ts'
import type { Backend, BackendHost } from './backend.ts'
import { BackendLease, type LeaseParts } from './lease.ts'
import { Outliers } from './outliers.ts'
import { POLICIES } from './policies/index.ts'
import type { PolicyName } from './policies/policy.ts'
import { type Claim, Queue } from './queue.ts'
import { createRetryBudget } from './retry-budget.ts'
import { FULL, Supply } from './supply.ts'

export interface PoolParts {
  readonly events: Events
  readonly clock: Clock
  readonly random: Random
  /** The deployment's; affinity cookies are signed with it. */
  readonly secret: Buffer
}

/**
 * A set of backends that serve the same thing. A request goes to the backend its client is pinned to, else to one that
 * the policy chooses among the available primaries, else backups; where those are full it waits in the queue.
 *
 * What keeps the queue fair: whenever a backend can take more than before, whoever waits longest and may use it gets it
 * at once. So where a newcomer finds room, nobody is waiting for that room.
 */
export class BackendPool implements Pool, BackendHost {
  readonly name: string
  readonly queue: Queue
  readonly #parts: PoolParts
  readonly #supply = new Supply()
  readonly #outliers: Outliers
  readonly #hasMigrated = watchMigrations()
  /** Undefined before the first configuration. */
  #config: PoolConfig | undefined
  #retries!: Pool['retries'] & { readonly budget: RetryBudget }
  #leaseParts!: LeaseParts
  #keyOf: KeyReader | undefined
  #affinity: Affinity | undefined
  /** Somebody is being taken out of the queue; who comes by meanwhile only says that there is more to do. */
  #serving = false
  #more = false

  constructor(config: PoolConfig, backends: readonly Backend[], parts: PoolParts) {
    const { clock, events } = parts
    this.name = config.name
    this.#parts = parts
    this.queue = new Queue(config.queue, { pool: config.name, clock, events })
    this.#outliers = new Outliers({ backends: () => this.backends, clock, events })
    this.reconfigure(config, backends)
  }

  get policy(): PolicyName {
    return this.#config!.policy
  }

  get backends(): readonly Backend[] {
    return this.#supply.all
  }

  get retries(): Pool['retries'] {
    return this.#retries
  }

  get hostHeader(): Pool['hostHeader'] {
    return this.#config!.hostHeader
  }

  withoutOwnCookie(fields: Fields): Fields {
    const affinity = this.#config!.affinity
    return affinity?.by === 'cookie' ? withoutCookie(fields, affinity.cookie) : fields
  }

  get slowStartMs(): number {
    return this.#config!.slowStartMs
  }

  get panicking(): boolean {
    return this.#supply.panicking
  }

  now(): number {
    return this.#parts.clock.now()
  }

  /**
   * Other settings, other backends; those that stay keep all that is known of them. Whoever waits or is being served does
   * so under the new settings.
   */
  reconfigure(config: PoolConfig, backends: readonly Backend[]): void {
    const { clock, random, secret } = this.#parts
    const former = this.#config
    const policyChanged = config.policy !== former?.policy
    this.#config = config
    for (const backend of backends)
      if (!this.backends.includes(backend)) backend.join(this, former !== undefined)
    this.#supply.reconfigure(backends, config.panic)
    const { attempts, budget } = config.retries
    this.#retries = {
      attempts,
      budget: budget === former?.retries.budget ? this.#retries.budget : createRetryBudget(budget),
    }
    this.#leaseParts = {
      policy: policyChanged ? POLICIES[config.policy]({ random, clock }) : this.#leaseParts.policy,
      outliers: this.#outliers,
      clock,
    }
    this.#keyOf = config.policy === 'hash' ? keyReader(config.hashKeys) : undefined
    this.#affinity =
      config.affinity === undefined ? undefined : createAffinity(config.affinity, config.name, secret)
    this.#outliers.reconfigure(config.outliers)
    if (former !== undefined) this.queue.reconfigure(config.queue)
    this.changed()
  }

  acquire(wish: Wish, settle: (outcome: Lease | RoamError) => void): Wait | undefined {
    const { head, connection, tried } = wish
    const pin = this.#affinity?.pinOf(head, connection, this.backends, (one) =>
      this.#supply.keeps(one, tried),
    )
    const claim: Claim = { wish, pin, settle }
    const own = pin?.backend
    if (own?.hasRoom === true) {
      settle(this.#lease(claim, own))
      return undefined
    }
    // With the queue full, another backend now is better than none.
    if (own !== undefined && !this.queue.full) return this.queue.enter(claim, own)
    const found = this.#supply.find(tried)
    if (found === FULL) return this.queue.enter(claim)
    settle(this.#choose(claim, found))
    return undefined
  }

  retryAfterSeconds(): number {
    if (this.queue.depth > 0) return Math.max(1, Math.ceil(this.queue.delayMs / 1000))
    const { health, breaker } = this.#config!
    return Math.ceil((health?.intervalMs ?? breaker.resetAfterMs) / 1000)
  }

  /** A backend is up or down, weighs something else, or its breaker has another state. */
  changed(): void {
    if (this.#supply.review()) this.#parts.events.emit('pool:panic', { pool: this.name, on: this.panicking })
    this.queue.unpin((backend) => this.backends.includes(backend) && this.#supply.keeps(backend, undefined))
    if (this.queue.depth === 0) return
    this.#serve(this.backends)
    // Who is left waits for somebody to have room, or for nobody.
    const common = this.#supply.find(undefined)
    for (const waiter of this.queue.unpinned()) {
      const { tried } = waiter.wish
      const found = tried === undefined && common === FULL ? FULL : this.#supply.find(tried)
      if (found !== FULL && this.queue.leave(waiter, found === undefined ? 'unavailable' : 'served'))
        waiter.settle(this.#choose(waiter, found))
    }
  }

  released(backend: Backend): void {
    if (this.queue.depth > 0 && this.backends.includes(backend)) this.#serve([backend])
  }

  /** Watches and waits no longer; for a pool that is gone. */
  close(): void {
    this.#outliers.close()
    this.queue.close()
  }

  /** Gives away what room these backends have, in turn, to those who wait for it. */
  #serve(backends: readonly Backend[]): void {
    this.#more = this.#serving
    if (this.#serving) return
    this.#serving = true
    try {
      while (backends.map((one) => this.#serveOne(one)).includes(true)) {
        // What a request that was just sent does at once may concern any backend.
        if (this.#more) backends = this.backends
        this.#more = false
      }
    } finally {
      this.#serving = false
    }
  }

  /** False: nobody waits that it could take. */
  #serveOne(backend: Backend): boolean {
    if (!backend.hasRoom || !backend.breaker.allows) return false
    const waiter = this.queue.first(backend, this.#supply.takesAnybody(backend))
    if (waiter === undefined) return false
    this.queue.leave(waiter, 'served')
    waiter.settle(this.#lease(waiter, backend))
    return true
  }

  #choose(claim: Claim, found: readonly Backend[] | undefined): Lease | RoamError {
    if (found === undefined) return new RoamError('NO_BACKEND', `pool ${this.name}: no backend is available`)
    const key = this.#keyOf?.(claim.wish.head, claim.wish.connection)
    return this.#lease(claim, this.#leaseParts.policy.choose(found, key))
  }

  #lease(claim: Claim, backend: Backend): Lease {
    this.#parts.events.emit('backend:selected', { backendId: backend.id, policy: this.policy })
    return new BackendLease(backend, this.#affinityFields(claim, backend), this.#leaseParts)
  }

  /** Counts, once a request, how its client's affinity fared. */
  #affinityFields({ wish: { connection, tried }, pin }: Claim, backend: Backend): Fields {
    if (pin === undefined || this.#affinity === undefined) return []
    if (tried === undefined) {
      const migrated = this.#hasMigrated(connection)
      const result = resultOf(pin, backend)
      this.#parts.events.emit('affinity:result', { pool: this.name, result, migrated })
    }
    return this.#affinity.fieldsFor(pin, backend, connection.encrypted)
  }
}
