/** A pool alone, on a clock of its own. */
import { Backend } from '../../src/balancer/backend.ts'
import { BackendPool } from '../../src/balancer/pool.ts'
import type { BackendConfig, OutlierConfig, PoolConfig } from '../../src/config/types.ts'
import type { RoamError } from '../../src/core/errors.ts'
import { createEvents, type RoamEvents } from '../../src/core/events.ts'
import type { DownstreamConnection, Fields, RequestHead } from '../../src/core/exchange.ts'
import type { Breaker, Lease, Wait } from '../../src/core/ports.ts'
import { UPSTREAM } from './backends.ts'
import { seeded } from './random.ts'
import { FakeClock } from './virtual-time.ts'

export const OUTLIERS: OutlierConfig = {
  consecutive5xx: undefined,
  consecutiveGatewayErrors: undefined,
  successRateDeviations: undefined,
  successRateMinimumRequests: 10,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 100_000,
  maxEjected: 1,
}

/** A breaker whose state the test decides; `trials` is how many requests a half-open one lets through. */
export class FakeBreaker implements Breaker {
  state: Breaker['state'] = 'closed'
  trials = 1
  /** Open for long enough to be tried early. */
  rested = false

  get allows(): boolean {
    return this.state === 'closed' || (this.state === 'half_open' && this.trials > 0)
  }

  hurry(): boolean {
    if (!this.rested || this.state !== 'open') return false
    this.state = 'half_open'
    return true
  }

  enter() {
    if (this.state === 'half_open') this.trials--
    return { succeeded() {}, failed() {}, abandoned() {} }
  }

  close(): void {}
}

export interface PoolSetting extends Partial<Omit<PoolConfig, 'backends'>> {
  /** Each with whatever differs from weight 1, maxRequests 1, no backup; ids a, b, c … */
  readonly backends?: readonly Partial<BackendConfig>[]
}

/** What one request got. */
export interface Asked {
  /** Undefined: it waits. */
  readonly lease: Lease | undefined
  readonly error: RoamError | undefined
  /** The backend's id, the error's code, or 'waits'. */
  readonly got: string
  readonly wait: Wait | undefined
  /** How often an outcome came; must never be more than once. */
  readonly settled: number
}

export const CONNECTION: DownstreamConnection = {
  protocol: 'h2',
  remoteAddress: '192.0.2.1',
  remotePort: 1,
  localPort: 443,
  encrypted: true,
  migrations: 0,
}

const HEAD = { method: 'GET', target: '/', path: '/', fields: [] as Fields } as unknown as RequestHead

export function poolConfig({ backends = [{}, {}], ...more }: PoolSetting = {}): PoolConfig {
  return {
    name: 'test',
    policy: 'round-robin',
    hashKeys: [],
    backends: backends.map((one, i) => {
      const id = String.fromCharCode(97 + i)
      return { id, url: new URL(`http://${id}.test`), weight: 1, maxRequests: 1, backup: false, ...one }
    }),
    health: undefined,
    breaker: { errorThreshold: 0.5, windowMs: 10_000, minimumRequests: 20, resetAfterMs: 10_000 },
    retries: { attempts: 1, budget: 0.2 },
    timeouts: { connectMs: 2000, firstByteMs: 1000, idleMs: 1000, totalMs: undefined },
    affinity: undefined,
    queue: { size: 10, timeoutMs: 30_000 },
    slowStartMs: 0,
    panic: false,
    outliers: undefined,
    hostHeader: 'preserve',
    tls: { ca: undefined, serverName: undefined },
    dnsRefreshMs: 30_000,
    ...more,
  }
}

export const backendOf = (facts: BackendConfig, breaker: Breaker = new FakeBreaker()) =>
  new Backend({ ...facts, pool: 'test', upstream: UPSTREAM }, breaker)

export function testPool(setting: PoolSetting = {}) {
  const config = poolConfig(setting)
  const clock = new FakeClock()
  const events = createEvents()
  const breakers = config.backends.map(() => new FakeBreaker())
  const backends = config.backends.map((facts, i) => backendOf(facts, breakers[i]))
  const pool = new BackendPool(config, backends, {
    clock,
    events,
    random: seeded(1),
    secret: Buffer.from('a secret of the tests, 32 bytes.'),
  })
  /** What is published under this name from now on. */
  const watch = <Name extends keyof RoamEvents>(name: Name): RoamEvents[Name][0][] => {
    const seen: RoamEvents[Name][0][] = []
    events.on<keyof RoamEvents>(name, (event) => seen.push(event))
    return seen
  }

  /** One request; `tried`: ids of backends that failed it before. */
  const ask = (
    wish: { tried?: string[]; fields?: Fields; connection?: DownstreamConnection } = {},
  ): Asked => {
    const asked: { -readonly [K in keyof Asked]: Asked[K] } = {
      lease: undefined,
      error: undefined,
      got: 'waits',
      wait: undefined,
      settled: 0,
    }
    asked.wait = pool.acquire(
      {
        head: { ...HEAD, fields: wish.fields ?? [] },
        connection: wish.connection ?? CONNECTION,
        tried: wish.tried === undefined ? undefined : new Set(wish.tried),
      },
      (outcome) => {
        asked.settled++
        if ('backend' in outcome) asked.lease = outcome
        else asked.error = outcome
        asked.got = 'backend' in outcome ? outcome.backend.id : outcome.code
      },
    )
    return asked
  }
  return { pool, config, clock, watch, backends, breakers, ask }
}
