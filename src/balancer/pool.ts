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

export interface PoolParts {
  readonly events: Events
  readonly clock: Clock
  readonly random: Random
  /** The deployment's; affinity cookies are signed with it. */
  readonly secret: Buffer
}

/** Nobody has room, but somebody will. */
const FULL = Symbol('full')

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
  readonly #outliers: Outliers
  readonly #hasMigrated = watchMigrations()
  /** Undefined before the first configuration. */
  #config: PoolConfig | undefined
  #backends: readonly Backend[] = []
  #primaries: readonly Backend[] = []
  #backups: readonly Backend[] = []
  #retries!: Pool['retries'] & { readonly budget: RetryBudget }
  #leaseParts!: LeaseParts
  #keyOf: KeyReader | undefined
  #affinity: Affinity | undefined
  #panicking = false
  /** Somebody is being taken out of the queue; who comes by meanwhile only says that there is more to do. */
  #serving = false
  #more = false

  constructor(config: PoolConfig, backends: readonly Backend[], parts: PoolParts) {
    const { clock, events } = parts
    this.name = config.name
    this.#parts = parts
    this.queue = new Queue(config.queue, { pool: config.name, clock, events })
    this.#outliers = new Outliers({ backends: () => this.#backends, clock, events })
    this.reconfigure(config, backends)
  }

  get policy(): PolicyName {
    return this.#config!.policy
  }

  get backends(): readonly Backend[] {
    return this.#backends
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
    return this.#panicking
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
      if (!this.#backends.includes(backend)) backend.join(this, former !== undefined)
    this.#backends = [...backends]
    this.#primaries = backends.filter(({ backup }) => !backup)
    this.#backups = backends.filter(({ backup }) => backup)
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
    const pin = this.#affinity?.pinOf(head, connection, this.#backends, (one) => this.#keeps(one, tried))
    const claim: Claim = { wish, pin, settle }
    const own = pin?.backend
    if (own?.hasRoom === true) {
      settle(this.#lease(claim, own))
      return undefined
    }
    // With the queue full, another backend now is better than none.
    if (own !== undefined && !this.queue.full) return this.queue.enter(claim, own)
    const found = this.#look(tried) ?? (this.#hurry(tried) ? this.#look(tried) : undefined)
    if (found === FULL) return this.queue.enter(claim)
    if (found === undefined) settle(this.#noBackend())
    else {
      const key = this.#keyOf?.(head, connection)
      settle(this.#lease(claim, this.#leaseParts.policy.choose(found, key)))
    }
    return undefined
  }

  retryAfterSeconds(): number {
    if (this.queue.depth > 0) return Math.max(1, Math.ceil(this.queue.delayMs / 1000))
    const { health, breaker } = this.#config!
    return Math.ceil((health?.intervalMs ?? breaker.resetAfterMs) / 1000)
  }

  /** A backend is up or down, weighs something else, or its breaker has another state. */
  changed(): void {
    const panicking =
      this.#config!.panic && !this.#backends.some(({ up }) => up) && this.#backends.some((one) => one.drafted)
    if (panicking !== this.#panicking) {
      this.#panicking = panicking
      this.#parts.events.emit('pool:panic', { pool: this.name, on: panicking })
    }
    if (this.queue.depth === 0) return
    this.queue.unpin((backend) => this.#backends.includes(backend) && this.#keeps(backend, undefined))
    this.#serve(this.#backends)
    const isHopeless = (tried: Wish['tried']) => this.#look(tried) === undefined && !this.#hurry(tried)
    const nobody = isHopeless(undefined)
    this.queue.dismiss(
      ({ tried }) => nobody || (tried !== undefined && isHopeless(tried)),
      () => this.#noBackend(),
    )
  }

  released(backend: Backend): void {
    if (this.queue.depth > 0 && this.#backends.includes(backend)) this.#serve([backend])
  }

  /** Watches and waits no longer; for a pool that is gone. */
  close(): void {
    this.#outliers.close()
    this.queue.close()
  }

  /** Those that may take the request now, FULL where it has to wait for one, undefined where that is of no use. */
  #look(tried: Wish['tried']): readonly Backend[] | typeof FULL | undefined {
    let hope: typeof FULL | undefined
    for (const level of [this.#primaries, this.#backups]) {
      const found = among(level, tried, isAvailable)
      if (found.length > 0) return found
      for (const backend of level) {
        if (!backend.up || tried?.has(backend.id) === true) continue
        if (backend.breaker.allows) return FULL
        // Half open, with one request on trial: its verdict is near.
        if (backend.breakerState === 'half_open') hope = FULL
      }
    }
    if (!this.#panicking) return hope
    const drafted = among(this.#backends, tried, isDrafted)
    const found = among(drafted, undefined, hasRoom)
    return found.length > 0 ? found : drafted.length > 0 ? FULL : undefined
  }

  /** Where only open breakers stand between a request and a backend, one of them is tried early. */
  #hurry(tried: Wish['tried']): boolean {
    return this.#backends.some(
      (backend) =>
        (backend.up || (this.#panicking && backend.drafted)) &&
        tried?.has(backend.id) !== true &&
        backend.breaker.hurry(),
    )
  }

  /** May a client that is pinned to it come, be it after a wait? */
  #keeps(backend: Backend, tried: Wish['tried']): boolean {
    if (tried?.has(backend.id) === true || !backend.breaker.allows) return false
    return backend.keepsPinned || (this.#panicking && backend.drafted)
  }

  /** Would a request that belongs nowhere be sent to it, if it had room? */
  #takesAnybody(backend: Backend): boolean {
    if (this.#panicking) return backend.drafted
    return backend.up && (!backend.backup || !this.#primaries.some((one) => one.up && one.breaker.allows))
  }

  /** Gives away what room these backends have, in turn, to those who wait for it. */
  #serve(backends: readonly Backend[]): void {
    this.#more = this.#serving
    if (this.#serving) return
    this.#serving = true
    try {
      while (backends.map((one) => this.#serveOne(one)).includes(true)) {
        // What a request that was just sent does at once may concern any backend.
        if (this.#more) backends = this.#backends
        this.#more = false
      }
    } finally {
      this.#serving = false
    }
  }

  /** False: nobody waits that it could take. */
  #serveOne(backend: Backend): boolean {
    if (!backend.hasRoom || !backend.breaker.allows) return false
    const waiter = this.queue.first(backend, this.#takesAnybody(backend))
    if (waiter === undefined) return false
    this.queue.leave(waiter, 'served')
    waiter.settle(this.#lease(waiter, backend))
    return true
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

  #noBackend(): RoamError {
    return new RoamError('NO_BACKEND', `pool ${this.name}: no backend is available`)
  }
}

const isAvailable = (backend: Backend) => backend.available
const isDrafted = (backend: Backend) => backend.drafted && backend.breaker.allows
const hasRoom = (backend: Backend) => backend.hasRoom

/** The list itself where all fit, which is what most requests see. */
function among(
  backends: readonly Backend[],
  tried: Wish['tried'],
  fits: (backend: Backend) => boolean,
): readonly Backend[] {
  for (const backend of backends)
    if (!fits(backend) || tried?.has(backend.id) === true)
      return backends.filter((one) => fits(one) && tried?.has(one.id) !== true)
  return backends
}
