import t from 'tap'
import { REQUEST, telemetry } from './support.ts'

t.test('a request that ended is counted once in each of its series', async (t) => {
  const { events, value } = telemetry()
  events.emit('request:end', { ...REQUEST, requestBytes: 300 })

  t.equal(
    await value('quic_requests_total{method="GET",status="200",protocol="h3",backend_id="moodle-1"}'),
    1,
  )
  const labels = 'protocol="h3",route_class="page"'
  t.equal(await value(`quic_request_duration_seconds_count{${labels}}`), 1)
  t.equal(await value(`quic_request_duration_seconds_sum{${labels}}`), 0.25)
  t.equal(await value(`quic_time_to_first_byte_seconds_sum{${labels}}`), 0.125)
  t.equal(await value('quic_request_bytes_total{protocol="h3"}'), 300)
  t.equal(await value('quic_response_bytes_total{protocol="h3"}'), 1000)
})

t.test('a request without a response byte has no time to first byte', async (t) => {
  const { events, value } = telemetry()
  events.emit('request:end', { ...REQUEST, timeToFirstByteSeconds: undefined })
  t.equal(await value('quic_time_to_first_byte_seconds_count{protocol="h3",route_class="page"}'), 0)
  t.equal(await value('quic_request_duration_seconds_count{protocol="h3",route_class="page"}'), 1)
})
