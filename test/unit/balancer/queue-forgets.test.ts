import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { testPool } from '../../support/pool.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** A pool without the backend that a pinned client had waited for. */
function withoutIt() {
  const made = testPool({
    policy: 'round-robin',
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const fields = ['cookie', made.ask().lease!.responseFields[1]!.split(';')[0]!]
  const waiting = made.ask({ fields })
  waiting.wait!.cancel()
  const [gone, stays] = made.backends
  made.pool.reconfigure(made.config, [stays!])
  return { pool: made.pool, gone: new WeakRef(gone!) }
}

t.test('the queue keeps no backend that a reload removed', async (t) => {
  const { pool, gone } = withoutIt()
  await sleep(10)
  collect()
  t.equal(gone.deref(), undefined)
  t.equal(pool.backends.length, 1)
})
