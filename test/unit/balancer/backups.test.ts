import t from 'tap'
import { testPool } from '../../support/pool.ts'

const BACKENDS = [{}, {}, { backup: true }]

t.test('a backup gets nobody while one other backend is up, however full that is', async (t) => {
  const { ask, backends } = testPool({ backends: BACKENDS })
  t.same([ask().got, ask().got].sort(), ['a', 'b'])
  t.equal(ask().got, 'waits')
  backends[0]!.healthy = false
  t.equal(ask().got, 'waits')
})

t.test('with all others down the backup serves, those who wait first', async (t) => {
  const { ask, backends } = testPool({ backends: BACKENDS })
  ask()
  ask()
  const [first, second] = [ask(), ask()]
  backends[0]!.healthy = false
  t.equal(first.got, 'waits')
  backends[1]!.healthy = false
  t.equal(first.got, 'c')
  t.equal(second.got, 'waits', 'for the backup, which is full')
  first.lease!.release()
  t.equal(second.got, 'c')
})

t.test('with one other up again the backup gets nobody new', async (t) => {
  const { ask, backends } = testPool({ backends: BACKENDS })
  for (const backend of backends.slice(0, 2)) backend.healthy = false
  const served = ask()
  t.equal(served.got, 'c')
  backends[0]!.healthy = true
  const waiting = [ask(), ask()]
  t.same(
    waiting.map(({ got }) => got),
    ['a', 'waits'],
  )
  served.lease!.release()
  t.equal(waiting[1]!.got, 'waits')
})

t.test('breakers that are open are as good as down', async (t) => {
  const { ask, breakers, backends } = testPool({ backends: BACKENDS })
  breakers[0]!.state = breakers[1]!.state = 'open'
  t.equal(ask().got, 'c')
  const waiting = ask()
  t.equal(waiting.got, 'waits')
  breakers[0]!.state = 'half_open'
  backends[0]!.changed()
  t.equal(waiting.got, 'a', 'the one on trial')
})

t.test('who has failed on all others is given to the backup', async (t) => {
  const { ask } = testPool({ backends: BACKENDS })
  t.equal(ask({ tried: ['a', 'b'] }).got, 'c')
  t.equal(
    ask({ tried: ['a', 'b'] }).got,
    'NO_BACKEND',
    'if that has room: its places are for nobody who waits',
  )
})
