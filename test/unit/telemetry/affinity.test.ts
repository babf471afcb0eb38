import t from 'tap'
import { telemetry } from './support.ts'

t.test('what became of affinity is counted, those apart whose client has just moved', async (t) => {
  const { events, value } = telemetry()
  events.emit('affinity:result', { pool: 'moodle', result: 'new', migrated: false })
  events.emit('affinity:result', { pool: 'moodle', result: 'hit', migrated: true })
  events.emit('affinity:result', { pool: 'moodle', result: 'hit', migrated: true })
  t.equal(await value('quic_session_affinity_total{result="new",migrated="false"}'), 1)
  t.equal(await value('quic_session_affinity_total{result="hit",migrated="true"}'), 2)
  t.equal(await value('quic_session_affinity_total{result="moved",migrated="true"}'), 0)
  t.equal(await value('quic_session_affinity_total{result="invalid",migrated="false"}'), 0)
})
