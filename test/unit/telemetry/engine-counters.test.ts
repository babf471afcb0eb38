import t from 'tap'
import { ENGINE, inspector, telemetry } from './support.ts'

t.test("the engine's own counts are taken over by difference", async (t) => {
  let counters = {
    ...ENGINE,
    retrySent: 5,
    droppedDecryptError: 2,
    sendErrorsNoBuffers: 1,
    panics: 1,
    rejectedRequests: 3,
    datagramsForwarded: 4,
  }
  const { value } = telemetry({ inspector: inspector({ engineCounters: () => counters }) })
  t.equal(await value('quic_retry_total{event="sent"}'), 5)
  t.equal(await value('quic_retry_total{event="sent"}'), 5, 'a second scrape adds nothing')
  counters = { ...counters, retrySent: 7 }
  t.equal(await value('quic_retry_total{event="sent"}'), 7)
  t.equal(await value('quic_packets_dropped_total{reason="decrypt_error"}'), 2)
  t.equal(await value('quic_udp_errors_total{op="send",code="ENOBUFS"}'), 1)
  t.equal(await value('quic_engine_panics_total'), 1)
  t.equal(await value('quic_engine_rejected_requests_total'), 3)
  t.equal(await value('quic_datagrams_forwarded_total'), 4)
})

t.test('a new engine that counts from zero does not turn a counter back', async (t) => {
  let statelessResets = 9
  const { value } = telemetry({
    inspector: inspector({ engineCounters: () => ({ ...ENGINE, statelessResets }) }),
  })
  t.equal(await value('quic_stateless_resets_sent_total'), 9)
  statelessResets = 2
  t.equal(await value('quic_stateless_resets_sent_total'), 11)
})

t.test('refusals of TCP and of QUIC add up', async (t) => {
  const { events, value } = telemetry({
    inspector: inspector({ engineCounters: () => ({ ...ENGINE, rejectedConnectionLimit: 3 }) }),
  })
  events.emit('connection:rejected', { reason: 'connection_limit' })
  t.equal(await value('quic_connections_rejected_total{reason="connection_limit"}'), 4)
})

t.test('without a QUIC listener the series are there, at zero', async (t) => {
  const { value } = telemetry({ inspector: inspector({ engineCounters: () => undefined }) })
  t.equal(await value('quic_retry_total{event="sent"}'), 0)
  t.equal(await value('quic_half_open_connections'), 0)
})
