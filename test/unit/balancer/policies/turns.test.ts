import t from 'tap'
import { createTurns } from '../../../../src/balancer/policies/turns.ts'
import { backendsOfWeight } from '../../../support/backends.ts'

t.test('weights 5, 1, 1 are spread, not served in bursts', async (t) => {
  const turn = createTurns()
  const backends = backendsOfWeight([5, 1, 1])
  const order = Array.from({ length: 14 }, () => turn(backends).id).join('')
  t.equal(order, 'aabacaa'.repeat(2))
})

t.test('a backend that was away does not make up for it', async (t) => {
  const turn = createTurns()
  const backends = backendsOfWeight([1, 1, 1])
  for (let i = 0; i < 1000; i++) turn(backends.slice(1))
  const next = Array.from({ length: 6 }, () => turn(backends).id)
  t.equal(next.filter((id) => id === 'a').length, 2, next.join(''))
})
