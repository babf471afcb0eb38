import t from 'tap'
import { REQUEST, telemetry } from './support.ts'

t.test('requests from 0-RTT data are counted by their fate, others not at all', async (t) => {
  const { events, value } = telemetry()
  events.emit('request:end', REQUEST)
  events.emit('request:end', { ...REQUEST, early: true })
  events.emit('request:end', { ...REQUEST, early: true, status: 425, error: 'TOO_EARLY' })
  t.equal(await value('quic_early_data_requests_total{result="accepted"}'), 1)
  t.equal(await value('quic_early_data_requests_total{result="too_early"}'), 1)
})
