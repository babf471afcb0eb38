import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('nobody waits longer than the timeout', async (t) => {
  const { ask, clock, watch, pool } = testPool({ backends: [{}] })
  const left = watch('queue:leave')
  ask()
  const first = ask()
  clock.advance(10_000)
  const second = ask()
  clock.advance(19_999)
  t.equal(first.got, 'waits')
  clock.advance(1)
  t.equal(first.got, 'QUEUE_TIMEOUT')
  t.match(first.error!.message, /pool test: no backend had room within 30 s/)
  t.equal(second.got, 'waits')
  clock.advance(10_000)
  t.equal(second.got, 'QUEUE_TIMEOUT')
  t.same(
    left.map(({ outcome, seconds }) => [outcome, seconds]),
    [
      ['timeout', 30],
      ['timeout', 30],
    ],
  )
  t.equal(pool.queue.depth, 0)
})

t.test('one timer watches over all of them', async (t) => {
  const { ask, clock } = testPool({ backends: [{}], queue: { size: 100, timeoutMs: 30_000 } })
  ask()
  for (let i = 0; i < 100; i++) {
    ask()
    clock.advance(10)
  }
  t.equal(clock.pending.length, 1)
})

t.test('no timer is left when nobody waits any more', async (t) => {
  const { ask, clock } = testPool({ backends: [{}] })
  const running = ask()
  const waiting = ask()
  running.lease!.release()
  clock.advance(30_000)
  t.same(clock.pending, [])
  t.equal(waiting.settled, 1)
})

t.test('who waits for a backend of its own is not forgotten', async (t) => {
  const { ask, clock } = testPool({
    backends: [{}, {}],
    affinity: { by: 'hash', keys: [{ from: 'header', name: 'key' }] },
  })
  ask({ fields: ['key', 'x'] })
  const waiting = ask({ fields: ['key', 'x'] })
  t.equal(waiting.got, 'waits')
  clock.advance(30_000)
  t.equal(waiting.got, 'QUEUE_TIMEOUT')
})
