import t from 'tap'
import { REQUEST, telemetry } from './support.ts'

t.test('a status that nobody registered folds to other', async (t) => {
  const { events, value } = telemetry()
  for (const status of [299, 999, 1000, 0, -1, NaN]) events.emit('request:end', { ...REQUEST, status })
  t.equal(
    await value('quic_requests_total{method="GET",status="other",protocol="h3",backend_id="moodle-1"}'),
    6,
  )
})

t.test('499, the client that left, is a status of its own', async (t) => {
  const { events, value } = telemetry()
  events.emit('request:end', { ...REQUEST, status: 499, error: 'CLIENT_GONE' })
  t.equal(
    await value('quic_requests_total{method="GET",status="499",protocol="h3",backend_id="moodle-1"}'),
    1,
  )
})

t.test('an unknown method folds to _OTHER, and so does a known one in the wrong case', async (t) => {
  const { events, value } = telemetry()
  for (const method of ['BREW', 'get', '', '__proto__']) events.emit('request:end', { ...REQUEST, method })
  t.equal(
    await value('quic_requests_total{method="_OTHER",status="200",protocol="h3",backend_id="moodle-1"}'),
    4,
  )
})
