import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test(
  'a client that leaves the queue is not served, and nobody behind it waits longer for it',
  async (t) => {
    const { ask, watch, pool } = testPool({ backends: [{}] })
    const left = watch('queue:leave')
    const running = ask()
    const [first, gone, last] = [ask(), ask(), ask()]
    gone.wait!.cancel()
    t.same(left, [{ pool: 'test', outcome: 'abandoned', seconds: 0 }])
    t.equal(pool.queue.depth, 2)
    running.lease!.release()
    first.lease!.release()
    t.equal(gone.settled, 0)
    t.equal(last.got, 'a')
  },
)

t.test('leaving twice, or after having been served, changes nothing', async (t) => {
  const { ask, pool, backends } = testPool({ backends: [{}] })
  const running = ask()
  const [served, gone] = [ask(), ask()]
  gone.wait!.cancel()
  gone.wait!.cancel()
  t.equal(pool.queue.depth, 0 + 1)
  running.lease!.release()
  served.wait!.cancel()
  t.equal(pool.queue.depth, 0)
  t.equal(backends[0]!.inFlight, 1)
})
