import t from 'tap'
import { observedBreaker, trip } from '../../support/breaker.ts'
import { freezeTimers, settled } from '../../support/virtual-time.ts'

t.test('an open circuit that has rested is tried early where nobody else is left', async (t) => {
  const time = freezeTimers(t)
  const { breaker, states } = observedBreaker()
  await trip(breaker)
  time.advance(999)
  t.notOk(breaker.hurry(), 'not at once')
  time.advance(1)
  t.ok(breaker.hurry())
  t.ok(breaker.allows)
  const trial = breaker.enter()
  t.notOk(breaker.allows, 'one request at a time')
  t.notOk(breaker.hurry())
  trial.succeeded()
  await settled()
  t.same(states, ['open', 'half_open', 'closed'])
})

t.test('a failed early trial lets it rest again', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  await trip(breaker)
  time.advance(1000)
  t.ok(breaker.hurry())
  breaker.enter().failed()
  await settled()
  t.equal(breaker.state, 'open')
  t.notOk(breaker.hurry())
  time.advance(1000)
  t.ok(breaker.hurry())
})

t.test('a closed one has no reason to', async (t) => {
  freezeTimers(t)
  const { breaker, states } = observedBreaker()
  t.notOk(breaker.hurry())
  t.same(states, [])
})

t.test('what began before the trip says nothing about the early trial', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  const old = breaker.enter()
  await trip(breaker)
  time.advance(1000)
  breaker.hurry()
  old.failed()
  await settled()
  t.equal(breaker.state, 'half_open')
})
