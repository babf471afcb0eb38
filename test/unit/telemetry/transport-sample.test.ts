import t from 'tap'
import { SAMPLE, telemetry } from './support.ts'

t.test('what a connection did since its last sample is added, from all connections', async (t) => {
  const { events, value } = telemetry()
  const send = (connection: number, changes: object): boolean =>
    events.emit('transport:sample', {
      connection,
      remoteAddress: '192.0.2.7',
      sample: { ...SAMPLE, ...changes },
    })
  send(1, { packetsSent: 100, packetsLost: 5, bytesSent: 120_000 })
  send(1, { packetsSent: 20, packetsLost: 1, bytesSent: 2000, final: true })
  send(2, { packetsSent: 10, packetsRetransmitted: 4, streamsBidiBlocked: 2, probeTimeouts: 3 })
  t.equal(await value('quic_packets_sent_total{network="other"}'), 130)
  t.equal(await value('quic_packets_lost_total{network="other"}'), 6)
  t.equal(await value('quic_packets_retransmitted_total{network="other"}'), 4)
  t.equal(await value('quic_bytes_sent_total{network="other"}'), 122_000)
  t.equal(await value('quic_flow_control_blocked_total{scope="streams_bidi"}'), 2)
  t.equal(await value('quic_pto_total'), 3)
})

t.test('levels are observed at each sample, the last one too', async (t) => {
  const { events, value } = telemetry()
  const levels = {
    rttSeconds: 0.08,
    congestionWindowBytes: 13_500,
    deliveryRate: 500_000,
    pathMtuBytes: 1350,
  }
  for (const final of [false, true]) {
    events.emit('transport:sample', {
      connection: 1,
      remoteAddress: '192.0.2.7',
      sample: { ...SAMPLE, ...levels, final },
    })
  }
  t.equal(await value('quic_rtt_seconds_count{network="other"}'), 2)
  t.equal(await value('quic_rtt_seconds_bucket{network="other",le="0.075"}'), 0)
  t.equal(await value('quic_rtt_seconds_bucket{network="other",le="0.1"}'), 2)
  t.equal(await value('quic_congestion_window_bytes_bucket{network="other",le="16384"}'), 2)
  t.equal(await value('quic_bandwidth_bytes_per_second_sum{network="other"}'), 1_000_000)
  t.equal(await value('quic_path_mtu_bytes_bucket{network="other",le="1350"}'), 2, 'a bound is inclusive')
})

t.test('a level that is not known yet is not a level of zero', async (t) => {
  const { events, value } = telemetry()
  events.emit('transport:sample', { connection: 1, remoteAddress: '192.0.2.7', sample: SAMPLE })
  for (const name of [
    'quic_rtt_seconds',
    'quic_congestion_window_bytes',
    'quic_bandwidth_bytes_per_second',
    'quic_path_mtu_bytes',
  ]) {
    t.equal(await value(`${name}_count{network="other"}`), 0, name)
  }
})
