import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('with every backend down all of them are tried', async (t) => {
  const { ask, backends, pool, watch } = testPool({ panic: true })
  const panics = watch('pool:panic')
  backends[0]!.healthy = false
  t.notOk(pool.panicking, 'one is left')
  backends[1]!.ejected = true
  t.ok(pool.panicking)
  t.same([ask().got, ask().got].sort(), ['a', 'b'])
  backends[1]!.ejected = false
  t.notOk(pool.panicking)
  t.same(panics, [
    { pool: 'test', on: true },
    { pool: 'test', on: false },
  ])
})

t.test('without panic there is no backend', async (t) => {
  const { ask, backends, pool, watch } = testPool({ panic: false })
  const panics = watch('pool:panic')
  for (const backend of backends) backend.healthy = false
  t.equal(ask().got, 'NO_BACKEND')
  t.notOk(pool.panicking)
  t.same(panics, [])
})

t.test("an operator's word and the breakers hold in a panic", async (t) => {
  const { ask, backends, breakers } = testPool({ panic: true, backends: [{}, {}, {}, { weight: 0 }] })
  for (const backend of backends) backend.healthy = false
  backends[0]!.adminState = 'disabled'
  breakers[1]!.state = 'open'
  t.equal(ask().got, 'c')
  t.equal(ask().got, 'waits', 'c is full')
  t.equal(ask({ tried: ['c'] }).got, 'NO_BACKEND')
})

t.test('nobody panics where the operator has taken every backend out', async (t) => {
  const { ask, backends, pool } = testPool({ panic: true })
  backends[0]!.adminState = 'draining'
  backends[1]!.adminState = 'disabled'
  t.notOk(pool.panicking)
  t.equal(ask().got, 'NO_BACKEND')
})

t.test('who waits when all go down is told at once', async (t) => {
  const { ask, backends, watch } = testPool({ panic: false, backends: [{}] })
  const left = watch('queue:leave')
  ask()
  const waiting = ask()
  backends[0]!.healthy = false
  t.equal(waiting.got, 'NO_BACKEND')
  t.same(
    left.map(({ outcome }) => outcome),
    ['unavailable'],
  )
})

t.test('in a panic who waits goes on waiting', async (t) => {
  const { ask, backends } = testPool({ panic: true, backends: [{}] })
  const running = ask()
  const waiting = ask()
  backends[0]!.healthy = false
  t.equal(waiting.got, 'waits')
  running.lease!.release()
  t.equal(waiting.got, 'a')
})

t.test('in a panic a client keeps its backend', async (t) => {
  const { ask, backends } = testPool({
    panic: true,
    backends: [{ maxRequests: 50 }, { maxRequests: 50 }],
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const { got, lease } = ask()
  const fields = ['cookie', lease!.responseFields[1]!.split(';')[0]!]
  for (const backend of backends) backend.healthy = false
  for (let i = 0; i < 20; i++) t.equal(ask({ fields }).got, got)
})
