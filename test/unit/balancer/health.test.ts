import t from 'tap'
import { watchHealth } from '../../../src/balancer/health/active.ts'
import { createEvents, type HealthResult } from '../../../src/core/events.ts'
import { backendsOfWeight } from '../../support/backends.ts'
import { FakeClock, settled } from '../../support/virtual-time.ts'

const OPTIONS = {
  path: '/',
  timeoutMs: 1_000,
  expectStatus: [200],
  expectBody: undefined,
  rejectBody: undefined,
  host: undefined,
  intervalMs: 15_000,
  unhealthyAfter: 2,
  healthyAfter: 2,
}

/** Probes answer from `results`, one after the other. */
function watched(results: HealthResult[], random = () => 0.5) {
  const [backend] = backendsOfWeight([1])
  const clock = new FakeClock()
  const events = createEvents()
  const states: string[] = []
  events.on('backend:state', ({ state }) => states.push(state))
  const probe = async () => ({ result: results.shift() ?? 'success', why: 'as told', seconds: 0.01 })
  const watch = watchHealth(backend!, OPTIONS, { probe, events, clock, random })
  const next = async () => {
    clock.advance(OPTIONS.intervalMs)
    await settled()
  }
  return { backend: backend!, clock, states, watch, next }
}

t.test('the first failure takes a backend out at once', async (t) => {
  const { backend, watch, states } = watched(['failure'])
  await watch.first
  t.equal(backend.healthy, false)
  t.same(states, ['unhealthy'])
})

t.test('after that it takes two failures in a row', async (t) => {
  const { backend, watch, next } = watched(['success', 'failure', 'success', 'failure', 'timeout'])
  await watch.first
  await next()
  await next()
  await next()
  t.equal(backend.healthy, true, 'failure, success, failure')
  await next()
  t.equal(backend.healthy, false)
})

t.test('two passes in a row bring it back', async (t) => {
  const { backend, watch, next, states } = watched(['failure', 'success', 'success'])
  await watch.first
  await next()
  t.equal(backend.healthy, false)
  await next()
  t.equal(backend.healthy, true)
  t.same(states, ['unhealthy', 'healthy'])
})

t.test('probes are jittered by a tenth of the interval', async (t) => {
  for (const [chance, wait] of [
    [0, 13_500],
    [1, 16_500],
  ] as const) {
    const { clock, watch } = watched([], () => chance)
    await watch.first
    t.same(clock.pending, [wait])
  }
})

t.test('stop ends the probing', async (t) => {
  const { clock, watch } = watched([])
  await watch.first
  watch.stop()
  t.same(clock.pending, [])
})
