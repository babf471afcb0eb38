import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('who came first is served first, by whichever backend has room first', async (t) => {
  const { ask } = testPool()
  const running = [ask(), ask()]
  t.same(running.map(({ got }) => got).sort(), ['a', 'b'])
  const [first, second, third] = [ask(), ask(), ask()]
  t.same([first.got, second.got, third.got], ['waits', 'waits', 'waits'])
  const b = running.find(({ got }) => got === 'b')!
  b.lease!.release()
  t.same([first.got, second.got, third.got], ['b', 'waits', 'waits'])
  first.lease!.release()
  t.same([second.got, third.got], ['b', 'waits'])
})

t.test('one release is one place, however often it is called', async (t) => {
  const { ask, backends } = testPool({ backends: [{}] })
  const running = ask()
  const [first, second] = [ask(), ask()]
  running.lease!.release()
  running.lease!.release()
  t.same([first.got, second.got], ['a', 'waits'])
  t.equal(backends[0]!.inFlight, 1)
})

t.test('waiting is published: the place in the line, and how long it took', async (t) => {
  const { ask, clock, watch, pool } = testPool({ backends: [{}] })
  const [entered, left] = [watch('queue:enter'), watch('queue:leave')]
  const running = ask()
  t.same(entered, [], 'who does not wait is not in the queue')
  ask()
  ask()
  t.same(entered, [
    { pool: 'test', position: 1 },
    { pool: 'test', position: 2 },
  ])
  t.equal(pool.queue.depth, 2)
  clock.advance(1_500)
  running.lease!.release()
  t.same(left, [{ pool: 'test', outcome: 'served', seconds: 1.5 }])
  t.equal(pool.queue.depth, 1)
})

t.test(
  'a request that is sent and fails at once lets the next one in, without growing the stack',
  async (t) => {
    const { pool, ask } = testPool({ backends: [{}], queue: { size: 20_000, timeoutMs: 30_000 } })
    const running = ask()
    let served = 0
    const wish = { head: {} as never, connection: {} as never, tried: undefined }
    for (let i = 0; i < 20_000; i++)
      pool.acquire(wish, (outcome) => {
        served++
        if ('release' in outcome) outcome.release()
      })
    running.lease!.release()
    t.equal(served, 20_000)
    t.equal(pool.queue.depth, 0)
  },
)

t.test(
  'who has failed on a backend waits for another, and lets those behind it go first there',
  async (t) => {
    const { ask } = testPool()
    const running = [ask(), ask()]
    const [again, behind] = [ask({ tried: ['a'] }), ask()]
    running.find(({ got }) => got === 'a')!.lease!.release()
    t.same([again.got, behind.got], ['waits', 'a'])
    running.find(({ got }) => got === 'b')!.lease!.release()
    t.equal(again.got, 'b')
  },
)
