import t from 'tap'
import { inspector, telemetry } from './support.ts'

t.test('a connection is counted when it opens and when it closes', async (t) => {
  const { events, value } = telemetry()
  events.emit('connection:open', { protocol: 'h3', handshakeSeconds: 0.08, resumed: true })
  events.emit('connection:close', {
    protocol: 'h3',
    reason: 'idle_timeout',
    initiator: 'local',
    durationSeconds: 42,
  })
  t.equal(await value('quic_connections_total{protocol="h3"}'), 1)
  t.equal(await value('quic_handshake_duration_seconds_sum{protocol="h3",resumed="true"}'), 0.08)
  t.equal(
    await value('quic_connections_closed_total{protocol="h3",reason="idle_timeout",initiator="local"}'),
    1,
  )
  t.equal(await value('quic_connection_duration_seconds_sum{protocol="h3"}'), 42)
})

t.test('a plain connection has no handshake', async (t) => {
  const { events, value } = telemetry()
  events.emit('connection:open', { protocol: 'http/1.1', handshakeSeconds: undefined, resumed: false })
  t.equal(await value('quic_connections_total{protocol="http/1.1"}'), 1)
  t.equal(await value('quic_handshake_duration_seconds_count{protocol="http/1.1",resumed="false"}'), 0)
})

t.test('failed handshakes and refused connections are counted by reason', async (t) => {
  const { events, value } = telemetry()
  events.emit('handshake:failed', { reason: 'no_shared_alpn' })
  events.emit('connection:rejected', { reason: 'connection_limit' })
  t.equal(await value('quic_handshake_failures_total{reason="no_shared_alpn"}'), 1)
  t.equal(await value('quic_connections_rejected_total{reason="connection_limit"}'), 1)
})

t.test('open connections are asked for at each scrape', async (t) => {
  let open = 3
  const { value } = telemetry({
    inspector: inspector({ activeConnections: () => ({ 'http/1.1': 0, h2: 0, h3: open }) }),
  })
  t.equal(await value('quic_active_connections{protocol="h3"}'), 3)
  open = 1
  t.equal(await value('quic_active_connections{protocol="h3"}'), 1)
  t.equal(await value('quic_connections_limit'), 10_000)
})
