import { Backend } from '../balancer/backend.ts'
import { watchHealth } from '../balancer/health/active.ts'
import { POLICIES } from '../balancer/policies/index.ts'
import { BackendPool } from '../balancer/pool.ts'
import { createRetryBudget } from '../balancer/retry-budget.ts'
import { createBreaker } from '../breaker/breaker.ts'
import type { PoolConfig } from '../config/types.ts'
import type { Clock, Random } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import { createProbe } from '../upstream/probe.ts'

export interface BackendsParts {
  readonly events: Events
  readonly clock: Clock
  readonly random: Random
}

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
    for (const backend of this.#backends) backend.breaker.close()
  }
}

function buildPool(config: PoolConfig, { events, clock, random }: BackendsParts): BackendPool {
  const backends = config.backends.map((facts) => {
    const breaker = createBreaker(config.breaker, {
      onState: (state) => events.emit('breaker:state', { backendId: facts.id, state }),
      onFailure: () => events.emit('breaker:failure', { backendId: facts.id }),
    })
    return new Backend(
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
  })
  return new BackendPool({
    name: config.name,
    policyName: config.policy,
    policy: POLICIES[config.policy]({ random, clock }),
    hostHeader: config.hostHeader,
    backends,
    retries: { attempts: config.retries.attempts, budget: createRetryBudget(config.retries.budget) },
    events,
    retryAfterSeconds: Math.ceil((config.health?.intervalMs ?? config.breaker.resetAfterMs) / 1000),
  })
}
