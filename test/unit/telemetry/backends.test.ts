import t from 'tap'
import type { BackendView } from '../../../src/core/ports.ts'
import { backend, inspector, telemetry } from './support.ts'

t.test('the state of a backend is what it is at the scrape', async (t) => {
  let view = backend('moodle-1', { weight: 3 })
  const { value } = telemetry({
    inspector: inspector({
      backends: () => [view],
      backendConnections: () => ({ active: 2, idle: 5, pending: 1 }),
    }),
  })
  t.equal(await value('quic_backend_healthy{backend_id="moodle-1"}'), 1)
  t.equal(await value('quic_backend_weight{backend_id="moodle-1"}'), 3)
  t.equal(await value('quic_backend_connections{backend_id="moodle-1"}'), 7)
  t.equal(await value('quic_backend_pool_connections{backend_id="moodle-1",state="pending"}'), 1)
  view = backend('moodle-1', { healthy: false })
  t.equal(await value('quic_backend_healthy{backend_id="moodle-1"}'), 0)
})

t.test('exactly one state of a circuit breaker is 1', async (t) => {
  let breakerState: BackendView['breakerState'] = 'closed'
  const { value } = telemetry({
    inspector: inspector({ backends: () => [backend('moodle-1', { breakerState })] }),
  })
  for (breakerState of ['closed', 'open', 'half_open'] as const) {
    for (const state of ['closed', 'open', 'half_open']) {
      t.equal(
        await value(`quic_circuit_breaker_state{backend_id="moodle-1",state="${state}"}`),
        state === breakerState ? 1 : 0,
        `${breakerState}: ${state}`,
      )
    }
  }
})

t.test('exactly one admin state is 1, and an ejection is seen', async (t) => {
  const { events, value } = telemetry({
    inspector: inspector({
      backends: () => [backend('moodle-1', { adminState: 'draining', ejected: true })],
    }),
  })
  for (const state of ['enabled', 'draining', 'disabled']) {
    const expected = state === 'draining' ? 1 : 0
    t.equal(await value(`quic_backend_admin_state{backend_id="moodle-1",state="${state}"}`), expected, state)
  }
  t.equal(await value('quic_backend_ejected{backend_id="moodle-1"}'), 1)
  events.emit('backend:ejected', { backendId: 'moodle-1', reason: 'success_rate', seconds: 30 })
  t.equal(await value('quic_backend_ejections_total{backend_id="moodle-1",reason="success_rate"}'), 1)
  t.equal(await value('quic_backend_ejections_total{backend_id="moodle-1",reason="consecutive_5xx"}'), 0)
})

t.test('a backend that is no longer there has no state', async (t) => {
  let backends = [backend('moodle-1'), backend('moodle-2')]
  const { series } = telemetry({ inspector: inspector({ backends: () => backends }) })
  t.ok((await series()).includes('quic_backend_healthy{backend_id="moodle-2"}'))
  backends = [backend('moodle-1')]
  t.notOk((await series()).includes('quic_backend_healthy{backend_id="moodle-2"}'))
})

t.test('what happens to a backend is counted', async (t) => {
  const { events, value } = telemetry()
  const backendId = 'moodle-1'
  events.emit('backend:selected', { backendId, policy: 'least-requests' })
  events.emit('backend:response', { backendId, seconds: 0.5 })
  events.emit('backend:error', { backendId, stage: 'connect' })
  events.emit('backend:retry', { backendId })
  events.emit('backend:health-check', { backendId, result: 'timeout', seconds: 5 })
  events.emit('backend:state', { backendId, state: 'unhealthy', why: 'timeout' })
  events.emit('breaker:failure', { backendId })
  t.equal(await value('quic_backend_selected_total{backend_id="moodle-1",algorithm="least-requests"}'), 1)
  t.equal(await value('quic_backend_response_time_seconds_sum{backend_id="moodle-1"}'), 0.5)
  t.equal(await value('quic_backend_errors_total{backend_id="moodle-1",stage="connect"}'), 1)
  t.equal(await value('quic_backend_retries_total{backend_id="moodle-1"}'), 1)
  t.equal(await value('quic_backend_health_checks_total{backend_id="moodle-1",result="timeout"}'), 1)
  t.equal(await value('quic_backend_state_changes_total{backend_id="moodle-1",state="unhealthy"}'), 1)
  t.equal(await value('quic_circuit_breaker_failures_total{backend_id="moodle-1"}'), 1)
})
