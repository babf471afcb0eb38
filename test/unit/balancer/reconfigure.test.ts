import t from 'tap'
import { backendOf, poolConfig, testPool } from '../../support/pool.ts'
import { UPSTREAM } from '../../support/backends.ts'

t.test('a reload keeps what is known of a backend', async (t) => {
  const { pool, backends, ask } = testPool({ backends: [{ maxRequests: 9 }, { maxRequests: 9 }] })
  const [a, b] = [backends[0]!, backends[1]!]
  const { lease } = ask({ tried: ['b'] })
  a.chosenWeight = 7
  a.adminState = 'draining'
  b.healthy = false
  pool.reconfigure(poolConfig({ policy: 'random-two' }), [a, b])
  t.equal(pool.policy, 'random-two')
  t.same([a.inFlight, a.weight, a.adminState, b.healthy], [1, 7, 'draining', false])
  lease!.release()
  t.equal(a.inFlight, 0)
})

t.test('who waits is still waiting, and served by a backend that is added', async (t) => {
  const { pool, backends, ask } = testPool({ backends: [{}] })
  ask()
  const waiting = [ask(), ask()]
  const config = poolConfig({ backends: [{}, {}] })
  pool.reconfigure(config, [...backends, backendOf(config.backends[1]!)])
  t.same(
    waiting.map(({ got }) => got),
    ['b', 'waits'],
  )
})

t.test('who waits for a backend that is removed gets another', async (t) => {
  const { pool, backends, ask } = testPool({
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const first = ask()
  const waiting = ask({ fields: ['cookie', first.lease!.responseFields[1]!.split(';')[0]!] })
  t.equal(waiting.got, 'waits')
  pool.reconfigure(poolConfig(), backends.slice(1))
  t.equal(waiting.got, 'b')
  const next = ask()
  first.lease!.release()
  t.equal(next.got, 'waits', 'a place on a backend that is gone is nobody’s')
})

t.test('more maxRequests lets in more of those who wait', async (t) => {
  const { pool, backends, ask } = testPool({ backends: [{}] })
  ask()
  const waiting = [ask(), ask(), ask()]
  const config = poolConfig({ backends: [{ maxRequests: 3 }] })
  backends[0]!.reconfigure({ ...config.backends[0]!, pool: 'test', upstream: UPSTREAM }, backends[0]!.breaker)
  pool.reconfigure(config, backends)
  t.same(
    waiting.map(({ got }) => got),
    ['a', 'a', 'waits'],
  )
})

t.test('fewer maxRequests take nothing from those who are being served', async (t) => {
  const { pool, backends, ask } = testPool({ backends: [{ maxRequests: 3 }] })
  const running = [ask(), ask(), ask()]
  const waiting = ask()
  const config = poolConfig({ backends: [{ maxRequests: 1 }] })
  backends[0]!.reconfigure({ ...config.backends[0]!, pool: 'test', upstream: UPSTREAM }, backends[0]!.breaker)
  pool.reconfigure(config, backends)
  running[0]!.lease!.release()
  running[1]!.lease!.release()
  t.equal(waiting.got, 'waits')
  running[2]!.lease!.release()
  t.equal(waiting.got, 'a')
})

t.test('a smaller queue sends nobody away who is in it; a shorter timeout holds for all', async (t) => {
  const { pool, backends, ask, clock } = testPool({ backends: [{}] })
  ask()
  const waiting = [ask(), ask()]
  clock.advance(5_000)
  pool.reconfigure(poolConfig({ backends: [{}], queue: { size: 1, timeoutMs: 10_000 } }), backends)
  t.same(
    waiting.map(({ got }) => got),
    ['waits', 'waits'],
  )
  t.equal(ask().got, 'QUEUE_FULL')
  clock.advance(5_000)
  t.same(
    waiting.map(({ got }) => got),
    ['QUEUE_TIMEOUT', 'QUEUE_TIMEOUT'],
  )
})

t.test('with no backend left who waits is told at once', async (t) => {
  const { pool, ask } = testPool({ backends: [{}] })
  ask()
  const waiting = ask()
  pool.reconfigure(poolConfig({ backends: [] }), [])
  t.equal(waiting.got, 'NO_BACKEND')
})

t.test('cookies that were given out before a reload still hold', async (t) => {
  const affinity = { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] } as const
  const { pool, backends, ask, watch } = testPool({
    affinity,
    backends: [{ maxRequests: 99 }, { maxRequests: 99 }],
  })
  const { got, lease } = ask()
  const fields = ['cookie', lease!.responseFields[1]!.split(';')[0]!]
  const config = poolConfig({ affinity, backends: [{}, {}, {}] })
  pool.reconfigure(config, [...backends, backendOf(config.backends[2]!)])
  const results = watch('affinity:result')
  t.equal(ask({ fields }).got, got)
  t.equal(results[0]!.result, 'hit')
})

t.test('the same settings are the same connections, others are new ones', async (t) => {
  const [facts] = poolConfig().backends
  const backend = backendOf(facts!)
  const { upstream, breaker } = backend
  backend.reconfigure({ ...facts!, pool: 'test', upstream: { ...upstream } }, breaker)
  t.equal(backend.upstream, upstream)
  backend.reconfigure({ ...facts!, pool: 'test', upstream: { ...upstream, serverName: 'other' } }, breaker)
  t.equal(backend.upstream.serverName, 'other')
})
