import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('an open breaker is nothing to wait for', async (t) => {
  const { ask, breakers } = testPool({ backends: [{}] })
  breakers[0]!.state = 'open'
  t.equal(ask().got, 'NO_BACKEND')
})

t.test('who waits when the last breaker opens is told at once', async (t) => {
  const { ask, breakers, backends } = testPool({ backends: [{}] })
  ask()
  const waiting = ask()
  breakers[0]!.state = 'open'
  backends[0]!.changed()
  t.equal(waiting.got, 'NO_BACKEND')
})

t.test('half open one request goes through, the others wait for its verdict', async (t) => {
  const { ask, breakers, backends } = testPool({ backends: [{ maxRequests: 10 }] })
  breakers[0]!.state = 'half_open'
  const trial = ask()
  const waiting = [ask(), ask()]
  t.equal(trial.got, 'a')
  t.same(
    waiting.map(({ got }) => got),
    ['waits', 'waits'],
  )
  breakers[0]!.state = 'closed'
  backends[0]!.changed()
  t.same(
    waiting.map(({ got }) => got),
    ['a', 'a'],
  )
})

t.test('a pinned client does not wait for a verdict', async (t) => {
  const { ask, breakers } = testPool({
    backends: [{ maxRequests: 10 }, {}],
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const { lease } = ask()
  const fields = ['cookie', lease!.responseFields[1]!.split(';')[0]!]
  breakers[0]!.state = 'half_open'
  t.equal(ask({ fields }).got, 'a', 'the one on trial')
  t.equal(ask({ fields }).got, 'b')
})
