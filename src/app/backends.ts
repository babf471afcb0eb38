import { Backend } from '../balancer/backend.ts'
import { watchHealth } from '../balancer/health/active.ts'
import { BackendPool, type PoolParts } from '../balancer/pool.ts'
import { createBreaker } from '../breaker/breaker.ts'
import type { PoolConfig } from '../config/types.ts'
import { createProbe } from '../upstream/probe.ts'

export type BackendsParts = PoolParts

/** Every pool and backend there is, with their breakers and health checks. */
export class Backends {
  readonly #parts: BackendsParts
  readonly #pools: ReadonlyMap<string, BackendPool>
  readonly #backends: readonly Backend[]
  readonly #configs: readonly PoolConfig[]
  readonly #prober = createProbe()
  #watches: ReturnType<typeof watchHealth>[] = []

  constructor(configs: readonly PoolConfig[], parts: BackendsParts) {
    this.#parts = parts
    this.#configs = configs
    this.#pools = new Map(configs.map((config) => [config.name, buildPool(config, parts)]))
    this.#backends = [...this.#pools.values()].flatMap((pool) => pool.backends)
  }

  get all(): readonly Backend[] {
    return this.#backends
  }

  get pools(): readonly BackendPool[] {
    return [...this.#pools.values()]
  }

  pool(name: string): BackendPool {
    const pool = this.#pools.get(name)
    if (pool === undefined) throw new Error(`no pool is called ${name}`)
    return pool
  }

  /** Begins the health checks; resolves when each backend was asked once. */
  async start(): Promise<void> {
    const { events, clock, random } = this.#parts
    const { probe } = this.#prober
    this.#watches = this.#configs.flatMap(({ name, health }) =>
      health === undefined
        ? []
        : this.pool(name).backends.map((backend) =>
            watchHealth(backend, health, { probe, events, clock, random }),
          ),
    )
    await Promise.all(this.#watches.map((one) => one.first))
  }

  /** No more health checks; what is known stays. */
  stop(): void {
    for (const one of this.#watches) one.stop()
  }

  /** When nobody sends requests any more. */
  async close(): Promise<void> {
    await this.#prober.close()
    for (const pool of this.#pools.values()) pool.close()
    for (const backend of this.#backends) backend.breaker.close()
  }
}

function buildPool(config: PoolConfig, parts: BackendsParts): BackendPool {
  const { events } = parts
  const backends = config.backends.map((facts) => {
    const breaker = createBreaker(config.breaker, {
      onState(state) {
        events.emit('breaker:state', { backendId: facts.id, state })
        backend.changed()
      },
      onFailure: () => events.emit('breaker:failure', { backendId: facts.id }),
    })
    const backend = new Backend(
      {
        ...facts,
        pool: config.name,
        upstream: {
          connectTimeoutMs: config.timeouts.connectMs,
          maxConnections: facts.maxRequests,
          ...config.tls,
          dnsRefreshMs: config.dnsRefreshMs,
        },
      },
      breaker,
    )
    return backend
  })
  return new BackendPool(config, backends, parts)
}
