import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test(
  'with every breaker open, one that has rested is tried; the others wait for what comes of it',
  async (t) => {
    const { ask, pool, breakers } = testPool({ backends: [{}, { maxRequests: 9 }] })
    for (const breaker of breakers) breaker.state = 'open'
    t.equal(ask().got, 'NO_BACKEND')
    breakers[1]!.rested = true
    const trial = ask()
    t.equal(trial.got, 'b')
    const waiting = ask()
    t.equal(waiting.got, 'waits')
    breakers[1]!.state = 'closed'
    pool.changed()
    t.equal(waiting.got, 'b')
  },
)

t.test('after a trial that failed the next one is tried for those who wait', async (t) => {
  const { ask, pool, breakers } = testPool()
  breakers[0]!.state = breakers[1]!.state = 'open'
  breakers[0]!.rested = true
  t.equal(ask().got, 'a')
  const waiting = ask()
  t.equal(waiting.got, 'waits')
  Object.assign(breakers[0]!, { state: 'open', rested: false })
  breakers[1]!.rested = true
  pool.changed()
  pool.changed()
  t.equal(waiting.got, 'b')
})

t.test('a request is not sent again to a backend that failed it, and none to one that is down', async (t) => {
  const { ask, backends, breakers } = testPool()
  for (const breaker of breakers) Object.assign(breaker, { state: 'open', rested: true })
  backends[1]!.healthy = false
  t.equal(ask({ tried: ['a'] }).got, 'NO_BACKEND')
  t.equal(ask().got, 'a')
})

t.test('while anybody else is left, an open breaker keeps its time', async (t) => {
  const { ask, breakers } = testPool()
  Object.assign(breakers[0]!, { state: 'open', rested: true })
  t.equal(ask().got, 'b')
  t.equal(ask().got, 'waits', 'full is not gone')
  t.equal(breakers[0]!.state, 'open')
})

t.test('who has failed on all that are up is given to one that is said to be down', async (t) => {
  const { ask, backends } = testPool({ panic: true })
  backends[1]!.healthy = false
  t.equal(ask({ tried: ['a'] }).got, 'b')
  t.equal(ask({ tried: ['a'] }).got, 'NO_BACKEND', 'but does not wait for it')
})

t.test('so is who waited for one that went down', async (t) => {
  const { ask, backends, watch } = testPool({ panic: true, backends: [{}, {}, {}] })
  const left = watch('queue:leave')
  backends[2]!.healthy = false
  t.equal(ask({ tried: ['b'] }).got, 'a')
  t.equal(ask({ tried: ['a'] }).got, 'b')
  const waiting = [ask({ tried: ['a'] }), ask({ tried: ['a'] })]
  t.same(
    waiting.map(({ got }) => got),
    ['waits', 'waits'],
  )
  backends[1]!.healthy = false
  t.same(
    waiting.map(({ got }) => got),
    ['c', 'NO_BACKEND'],
  )
  t.same(
    left.map(({ outcome }) => outcome),
    ['served', 'unavailable'],
  )
})

t.test('in a panic too the verdict of a trial is waited for', async (t) => {
  const { ask, backends, breakers, pool } = testPool({ panic: true, backends: [{ maxRequests: 9 }] })
  backends[0]!.healthy = false
  breakers[0]!.state = 'half_open'
  t.equal(ask().got, 'a')
  const waiting = ask()
  t.equal(waiting.got, 'waits')
  breakers[0]!.state = 'closed'
  pool.changed()
  t.equal(waiting.got, 'a')
})

t.test('without panic whoever is said to be down gets nobody', async (t) => {
  const { ask, backends } = testPool({ panic: false })
  backends[1]!.healthy = false
  t.equal(ask({ tried: ['a'] }).got, 'NO_BACKEND')
})

t.test('in a panic too an open breaker is tried early', async (t) => {
  const { ask, backends, breakers } = testPool({ panic: true, backends: [{}] })
  backends[0]!.healthy = false
  breakers[0]!.state = 'open'
  t.equal(ask().got, 'NO_BACKEND')
  breakers[0]!.rested = true
  t.equal(ask().got, 'a')
})
