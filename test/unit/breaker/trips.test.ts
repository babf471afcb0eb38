import t from 'tap'
import { observedBreaker, trip } from '../../support/breaker.ts'
import { freezeTimers, settled } from '../../support/virtual-time.ts'

t.test('stays closed below the minimum number of requests', async (t) => {
  freezeTimers(t)
  const { breaker, failures } = observedBreaker()
  await trip(breaker, 3)
  t.equal(breaker.state, 'closed')
  t.equal(failures(), 3)
})

t.test('opens once half of enough requests failed', async (t) => {
  freezeTimers(t)
  const { breaker, states } = observedBreaker()
  for (let i = 0; i < 2; i++) breaker.enter().succeeded()
  await trip(breaker, 2)
  t.equal(breaker.state, 'open')
  t.notOk(breaker.allows)
  t.same(states, ['open'])
})

t.test('failures older than the window do not count', async (t) => {
  const time = freezeTimers(t)
  const { breaker } = observedBreaker()
  await trip(breaker, 3)
  time.advance(1_500)
  await trip(breaker, 1)
  t.equal(breaker.state, 'closed')
})

t.test('clients that leave count as nothing while it is closed', async (t) => {
  freezeTimers(t)
  const { breaker, failures } = observedBreaker()
  for (let i = 0; i < 20; i++) breaker.enter().abandoned()
  await settled()
  t.equal(breaker.state, 'closed')
  t.equal(failures(), 0)
})
