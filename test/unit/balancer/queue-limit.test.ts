import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('with the queue full a request is refused at once', async (t) => {
  const { ask, watch, pool } = testPool({ backends: [{}], queue: { size: 2, timeoutMs: 30_000 } })
  const left = watch('queue:leave')
  ask()
  const waiting = [ask(), ask()]
  const refused = ask()
  t.equal(refused.got, 'QUEUE_FULL')
  t.equal(refused.wait, undefined)
  t.match(refused.error!.message, /maxRequests.*2 requests wait/)
  t.same(left, [{ pool: 'test', outcome: 'full', seconds: 0 }])
  t.same(
    waiting.map(({ got }) => got),
    ['waits', 'waits'],
  )
  t.same({ depth: pool.queue.depth, limit: pool.queue.limit }, { depth: 2, limit: 2 })
})

t.test('a queue of size 0 is none', async (t) => {
  const { ask } = testPool({ backends: [{}], queue: { size: 0, timeoutMs: 30_000 } })
  ask()
  t.equal(ask().got, 'QUEUE_FULL')
})

t.test('whoever is refused is told to come back when the line has moved', async (t) => {
  const { ask, pool, clock } = testPool({ backends: [{}], queue: { size: 1, timeoutMs: 30_000 } })
  t.equal(pool.retryAfterSeconds(), 10, 'nobody waits: when the breaker tries again')
  ask()
  ask()
  t.equal(pool.retryAfterSeconds(), 1)
  clock.advance(6_100)
  t.equal(pool.retryAfterSeconds(), 7, 'as long as the first has waited')
})
