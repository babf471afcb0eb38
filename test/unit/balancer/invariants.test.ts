import t from 'tap'
import type { Backend } from '../../../src/balancer/backend.ts'
import { ADMIN_STATES } from '../../../src/core/events.ts'
import { RoamError } from '../../../src/core/errors.ts'
import {
  type Asked,
  backendOf,
  OUTLIERS,
  poolConfig,
  type PoolSetting,
  testPool,
} from '../../support/pool.ts'
import { seeded } from '../../support/random.ts'

const STEPS = 4_000
const RESET = new RoamError('UPSTREAM_RESET', 'reset')
const STATES = ['closed', 'closed', 'half_open', 'open'] as const

/** Whatever happens in whatever order, these hold. */
for (let seed = 1; seed <= 8; seed++)
  t.test(`nobody is forgotten, served twice or beyond maxRequests (seed ${seed})`, async (t) => {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const setting = (): PoolSetting => ({
      policy: pick(['round-robin', 'least-requests', 'random-two', 'hash', 'peak-ewma', 'weighted-random']),
      hashKeys: [{ from: 'header', name: 'key' }],
      backends: [
        { maxRequests: 3 },
        { maxRequests: 2, weight: 5 },
        { maxRequests: 1 },
        { maxRequests: 2, backup: true },
      ],
      queue: { size: pick([0, 5, 20]), timeoutMs: pick([1_000, 5_000]) },
      affinity: pick([
        undefined,
        { by: 'hash', keys: [{ from: 'header', name: 'key' }] },
        { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [{ from: 'header', name: 'key' }] },
      ]),
      panic: random() < 0.5,
      slowStartMs: 2_000,
      outliers: {
        ...OUTLIERS,
        consecutive5xx: 3,
        successRateDeviations: 1,
        intervalMs: 3_000,
        baseEjectionMs: 2_000,
      },
    })
    const { pool, clock, ask, watch, backends, breakers } = testPool(setting())
    const [entered, left] = [watch('queue:enter'), watch('queue:leave')]
    const everybody: Asked[] = []
    const cancelled = new Set<Asked>()
    const everyBackend = new Set<Backend>(backends)
    const released = new Set<Asked>()
    const cookies: string[] = []
    const stillWaiting = () => everybody.filter((one) => one.settled === 0 && !cancelled.has(one))

    const steps: (() => void)[] = [
      () => {
        const fields = pick([
          [],
          ['key', `${Math.floor(random() * 5)}`],
          ['cookie', cookies.length === 0 ? 'at=x' : pick(cookies)],
        ])
        const asked = ask({ fields, ...(random() < 0.1 ? { tried: [pick(['a', 'b', 'c'])] } : {}) })
        everybody.push(asked)
        const cookie = asked.lease?.responseFields[1]?.split(';')[0]
        if (cookie !== undefined && cookies.length < 20) cookies.push(cookie)
      },
      () => {
        const running = everybody.filter((one) => one.lease !== undefined && !released.has(one))
        if (running.length === 0) return
        const one = pick(running)
        released.add(one)
        if (random() < 0.8) one.lease!.answered(pick([200, 200, 200, 404, 500, 503]))
        if (random() < 0.1) one.lease!.failed(RESET)
        one.lease!.release()
      },
      () => clock.advance(pick([1, 10, 100, 1_500])),
      () => {
        const waiting = stillWaiting()
        if (waiting.length === 0 || random() < 0.7) return
        const one = pick(waiting)
        cancelled.add(one)
        one.wait!.cancel()
      },
      () => {
        if (random() < 0.9) return
        const [backend, breaker] = [pick(backends), pick(breakers)]
        pick([
          () => (backend.healthy = random() < 0.6),
          () => (backend.adminState = pick(ADMIN_STATES)),
          () => (backend.chosenWeight = pick([undefined, 0, 3])),
          () => {
            breaker.state = pick(STATES)
            breaker.trials = 1
            backends[breakers.indexOf(breaker)]!.changed()
          },
          () => {
            const config = poolConfig(setting())
            const kept = backends.map((one, i) => {
              if (random() < 0.8) return one
              const fresh = backendOf(config.backends[i]!, breakers[i])
              everyBackend.add(fresh)
              return fresh
            })
            backends.splice(0, backends.length, ...kept)
            pool.reconfigure(config, kept)
          },
        ])()
      },
    ]
    const check = (why: string) => {
      for (const { id, inFlight, maxRequests } of everyBackend)
        if (inFlight < 0 || inFlight > maxRequests) t.fail(`${why}: ${id} has ${inFlight} of ${maxRequests}`)
      if (everybody.some(({ settled }) => settled > 1)) t.fail(`${why}: settled twice`)
      const waiting = stillWaiting().length
      if (waiting !== pool.queue.depth) t.fail(`${why}: ${waiting} wait, the queue says ${pool.queue.depth}`)
      if (waiting > 0 && pool.backends.every(({ available, backup }) => available || backup))
        t.fail(`${why}: somebody waits while every primary has room`)
    }
    for (let i = 0; i < STEPS; i++) {
      pick(steps)()
      check(`step ${i}`)
    }
    for (const one of backends)
      Object.assign(one, { healthy: true, adminState: 'enabled', chosenWeight: undefined })
    // Each release may let somebody in who waits.
    const releaseAll = () => {
      for (let i = 0; i < 20; i++) for (const one of everybody) one.lease?.release()
    }
    releaseAll()
    clock.advance(10_000)
    releaseAll()
    t.equal(stillWaiting().length, 0, 'all are settled')
    for (const { id, inFlight } of everyBackend) t.equal(inFlight, 0, `nothing is in flight on ${id}`)
    t.equal(entered.length, left.filter(({ outcome }) => outcome !== 'full').length, 'who entered has left')
    t.ok(left.length > 50, `the queue was used: ${left.length}`)
  })
