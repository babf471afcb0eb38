import t from 'tap'
import { BREAKER_OPTIONS, observedBreaker, trip } from '../../support/breaker.ts'
import { freezeTimers, settled } from '../../support/virtual-time.ts'

t.test('one trial after resetAfter; its success closes', async (t) => {
  const time = freezeTimers(t)
  const { breaker, states } = observedBreaker()
  await trip(breaker)
  time.advance(2_000)
  t.equal(breaker.state, 'half_open')
  t.ok(breaker.allows)
  const trial = breaker.enter()
  t.notOk(breaker.allows, 'a second request has to wait for the verdict')
  trial.succeeded()
  await settled()
  t.equal(breaker.state, 'closed')
  t.same(states, ['open', 'half_open', 'closed'])
})

t.test('a failed trial opens it again', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  await trip(breaker)
  time.advance(2_000)
  breaker.enter().failed()
  await settled()
  t.equal(breaker.state, 'open')
})

t.test('a trial whose client left proves nothing and opens it again', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  await trip(breaker)
  time.advance(2_000)
  breaker.enter().abandoned()
  await settled()
  t.equal(breaker.state, 'open')
  time.advance(2_000)
  t.equal(breaker.state, 'half_open', 'and it gets its next chance')
})

t.test('a success from before the trip does not close it', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  const old = breaker.enter()
  await trip(breaker)
  time.advance(2_000)
  old.succeeded()
  await settled()
  t.equal(breaker.state, 'half_open')
})

t.test('it recovers after resetAfter in a longer window too, with nothing held against it', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker({ ...BREAKER_OPTIONS, windowMs: 60_000 })
  await trip(breaker)
  time.advance(2_000)
  t.equal(breaker.state, 'half_open')
  breaker.enter().succeeded()
  await settled()
  t.equal(breaker.state, 'closed')
  await trip(breaker, BREAKER_OPTIONS.minimumRequests - 1)
  t.equal(breaker.state, 'closed')
  await trip(breaker, 1)
  t.equal(breaker.state, 'open')
})
