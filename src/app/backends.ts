import { isDeepStrictEqual } from 'node:util'
import { Backend, type BackendFacts } from '../balancer/backend.ts'
import { watchHealth } from '../balancer/health/active.ts'
import { BackendPool, type PoolParts } from '../balancer/pool.ts'
import { createBreaker } from '../breaker/breaker.ts'
import type { BackendConfig, PoolConfig } from '../config/types.ts'
import type { Events } from '../core/events.ts'
import type { BackendView, Breaker } from '../core/ports.ts'
import { createProbe } from '../upstream/probe.ts'
import { holdEvents } from './held-events.ts'
import type { Change } from './reload.ts'

export interface BackendsParts extends PoolParts {
  /** A backend is gone, and so is the last request on it. */
  readonly forget: (backend: BackendView) => void
}

/** A backend, and what was made for it from its pool's configuration. */
interface Entry {
  readonly backend: Backend
  readonly facts: BackendFacts
  readonly pool: PoolConfig
  readonly breaker: Breaker
  readonly watch: ReturnType<typeof watchHealth> | undefined
  /** Says what its first check found, as soon as it is in force. */
  readonly announce: () => void
}

/** How often a pool that is gone is looked at while requests still wait in it. */
const RETIRED_MS = 100

/**
 * Every pool and backend there is, with their breakers and health checks. Pools are known by their names, backends by
 * pool, id and URL: whatever else changes about them, they keep what is known of them.
 */
export class Backends {
  readonly #parts: BackendsParts
  readonly #prober = createProbe()
  #pools: ReadonlyMap<string, BackendPool> = new Map()
  #entries: ReadonlyMap<string, Entry> = new Map()

  constructor(parts: BackendsParts) {
    this.#parts = parts
  }

  get all(): readonly Backend[] {
    return this.pools.flatMap(({ backends }) => backends)
  }

  get pools(): readonly BackendPool[] {
    return [...this.#pools.values()]
  }

  pool(name: string): BackendPool {
    const pool = this.#pools.get(name)
    if (pool === undefined) throw new Error(`no pool is called ${name}`)
    return pool
  }

  /**
   * Resolves when each new backend was asked once (its check's timeout bounds that): nobody's page is sent to a dead
   * node because it is new.
   */
  async prepare(configs: readonly PoolConfig[]): Promise<Change> {
    const fresh: Entry[] = []
    const drafts = new Map<string, { readonly facts: BackendFacts; readonly pool: PoolConfig }>()
    for (const pool of configs)
      for (const backend of pool.backends)
        drafts.set(keyOf(pool, backend), { facts: factsOf(pool, backend), pool })
    const made = new Map<string, Entry>()
    for (const [key, { facts, pool }] of drafts) {
      if (this.#entries.has(key)) continue
      const entry = this.#create(facts, pool)
      made.set(key, entry)
      fresh.push(entry)
    }
    await Promise.all(fresh.map(async ({ watch }) => watch?.first))
    return {
      commit: () => {
        const entries = new Map<string, Entry>()
        for (const [key, { facts, pool }] of drafts)
          entries.set(key, made.get(key) ?? this.#reconfigure(this.#entries.get(key)!, facts, pool))
        this.#exchange(configs, entries)
        for (const { announce } of fresh) announce()
      },
      abandon: () => fresh.forEach(discard),
    }
  }

  /** No more health checks; what is known stays. */
  stop(): void {
    for (const { watch } of this.#entries.values()) watch?.stop()
  }

  /** When nobody sends requests any more. */
  async close(): Promise<void> {
    await this.#prober.close()
    for (const pool of this.pools) pool.close()
    for (const { breaker } of this.#entries.values()) breaker.close()
  }

  #create(facts: BackendFacts, pool: PoolConfig): Entry {
    // Another one with this id may be in force until this one is.
    const { events, release } = holdEvents(this.#parts.events, ['backend:state', 'backend:health-check'])
    const { backend, breaker } = this.#backendOf(facts, pool)
    return { backend, facts, pool, breaker, watch: this.#watch(backend, pool, events), announce: release }
  }

  #backendOf(facts: BackendFacts, pool: PoolConfig): { backend: Backend; breaker: Breaker } {
    const breaker = this.#breaker(facts.id, pool, () => backend.changed())
    const backend: Backend = new Backend(facts, breaker)
    return { backend, breaker }
  }

  #breaker(backendId: string, { breaker }: PoolConfig, changed: () => void): Breaker {
    const { events } = this.#parts
    return createBreaker(breaker, {
      onState(state) {
        events.emit('breaker:state', { backendId, state })
        changed()
      },
      onFailure: () => events.emit('breaker:failure', { backendId }),
    })
  }

  #watch(backend: Backend, { health }: PoolConfig, events: Events): Entry['watch'] {
    if (health === undefined) return undefined
    const { clock, random } = this.#parts
    return watchHealth(backend, health, { probe: this.#prober.probe, events, clock, random })
  }

  /** Only what is configured differently is made anew. */
  #reconfigure(entry: Entry, facts: BackendFacts, pool: PoolConfig): Entry {
    const { backend } = entry
    let { breaker, watch } = entry
    if (!isDeepStrictEqual(entry.pool.breaker, pool.breaker)) {
      breaker.close()
      breaker = this.#breaker(facts.id, pool, () => backend.changed())
    }
    if (!isDeepStrictEqual(entry.pool.health, pool.health)) {
      watch?.stop()
      watch = this.#watch(backend, pool, this.#parts.events)
      // Nobody looks any more: only failing requests show that it is down.
      if (watch === undefined) backend.healthy = true
    }
    backend.reconfigure(facts, breaker)
    return { ...entry, facts, pool, breaker, watch }
  }

  #exchange(configs: readonly PoolConfig[], entries: ReadonlyMap<string, Entry>): void {
    const formerEntries = this.#entries
    const formerPools = this.#pools
    this.#entries = entries
    this.#pools = new Map(
      configs.map((config) => {
        const backends = config.backends.map((backend) => entries.get(keyOf(config, backend))!.backend)
        const pool = formerPools.get(config.name)
        pool?.reconfigure(config, backends)
        return [config.name, pool ?? new BackendPool(config, backends, this.#parts)]
      }),
    )
    const gone = [...formerEntries].filter(([key]) => !entries.has(key)).map(([, entry]) => entry)
    for (const entry of gone) {
      const pool = formerPools.get(entry.pool.name)!
      const poolIsGone = this.#pools.get(pool.name) !== pool
      void this.#retire(entry, poolIsGone ? pool : undefined)
    }
  }

  /** What it has, it finishes; and so does whoever waits in a pool that is gone. */
  async #retire({ backend, breaker, watch }: Entry, pool: BackendPool | undefined): Promise<void> {
    watch?.stop()
    if (pool !== undefined) {
      // A retry may still go from one of its backends to another.
      await this.#until(() => pool.queue.depth === 0 && pool.backends.every(({ inFlight }) => inFlight === 0))
      pool.close()
    }
    await backend.idle()
    breaker.close()
    this.#parts.forget(backend)
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#parts.clock.after(RETIRED_MS, resolve))
  }
}

function keyOf(pool: PoolConfig, { id, url }: BackendConfig): string {
  return `${pool.name}\n${id}\n${url.href}`
}

function factsOf(pool: PoolConfig, backend: BackendConfig): BackendFacts {
  return {
    ...backend,
    pool: pool.name,
    upstream: {
      connectTimeoutMs: pool.timeouts.connectMs,
      maxConnections: backend.maxRequests,
      ...pool.tls,
      dnsRefreshMs: pool.dnsRefreshMs,
    },
  }
}

function discard({ watch, breaker }: Entry): void {
  watch?.stop()
  breaker.close()
}
