import t from 'tap'
import { inspector, pool, telemetry } from './support.ts'

t.test('the queue of a pool is what it is at the scrape', async (t) => {
  let view = pool('moodle', { queue: { depth: 7, limit: 1000 } })
  const { value } = telemetry({ inspector: inspector({ pools: () => [view] }) })
  t.equal(await value('quic_queue_depth{pool="moodle"}'), 7)
  t.equal(await value('quic_queue_limit{pool="moodle"}'), 1000)
  t.equal(await value('quic_pool_panic{pool="moodle"}'), 0)
  view = pool('moodle', { queue: { depth: 0, limit: 1000 }, panicking: true })
  t.equal(await value('quic_queue_depth{pool="moodle"}'), 0)
  t.equal(await value('quic_pool_panic{pool="moodle"}'), 1)
})

t.test(
  'who waited is in the histogram of waits, whatever came of it; who could not even wait is not',
  async (t) => {
    const { events, value } = telemetry()
    events.emit('queue:enter', { pool: 'moodle', position: 3 })
    for (const outcome of ['served', 'timeout', 'abandoned', 'unavailable'] as const)
      events.emit('queue:leave', { pool: 'moodle', outcome, seconds: 0.5 })
    events.emit('queue:leave', { pool: 'moodle', outcome: 'full', seconds: 0 })
    t.equal(await value('quic_queue_wait_seconds_count{pool="moodle"}'), 4)
    t.equal(await value('quic_queue_wait_seconds_sum{pool="moodle"}'), 2)
    t.equal(await value('quic_queue_position_bucket{pool="moodle",le="5"}'), 1)
    t.equal(await value('quic_queue_position_bucket{pool="moodle",le="1"}'), 0)
  },
)

t.test('turned away is who got no backend; who left of itself is not', async (t) => {
  const { events, value, series } = telemetry()
  for (const outcome of ['served', 'timeout', 'full', 'full', 'abandoned', 'unavailable'] as const)
    events.emit('queue:leave', { pool: 'moodle', outcome, seconds: 0.5 })
  t.equal(await value('quic_queue_rejected_total{pool="moodle",reason="full"}'), 2)
  t.equal(await value('quic_queue_rejected_total{pool="moodle",reason="timeout"}'), 1)
  t.equal(await value('quic_queue_rejected_total{pool="moodle",reason="unavailable"}'), 1)
  t.equal((await series()).filter((name) => name.startsWith('quic_queue_rejected_total')).length, 3)
})
