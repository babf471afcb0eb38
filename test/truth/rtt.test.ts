import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3, quantile } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

t.setTimeout(300_000)

t.test('80 ms of delay are the median of the RTT histogram', async (t) => {
  const { roam } = await setScene(t, { lines: ['metrics: { updateInterval: 1s }'] })
  const half = { delayMs: 40 }
  const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: half, toClient: half })
  t.teardown(() => relay.close())
  await quinnGet({
    port: relay.port,
    ca: roam.caFile,
    path: '/bytes/20000',
    args: ['--connections', '10', '--repeat', '20'],
  })
  const metrics = await roam.until('ten connections are closed', (seen) => closedH3(seen) === 10)
  const rtt = metrics.histogram('quic_rtt_seconds')
  t.ok(rtt.count >= 20, `${rtt.count} samples: at intervals and at close`)
  const median = quantile(0.5, rtt)
  t.ok(Math.abs(median - 0.08) <= 0.008, `median ${median} s`)
  // The buckets end at 75 and 100 ms, so the median alone would forgive much; the mean does not.
  const mean = rtt.sum / rtt.count
  t.ok(Math.abs(mean - 0.08) <= 0.008, `mean ${mean} s`)
})

t.test('connections of 60 to 96 ms have their true median in the histogram', async (t) => {
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({ upstreamPort: roam.port })
  t.teardown(() => relay.close())
  const delays = [60, 66, 72, 78, 84, 90, 96]
  for (const delay of delays) {
    relay.toServer.delayMs = delay / 2
    relay.toClient.delayMs = delay / 2
    await quinnGet({
      port: relay.port,
      ca: roam.caFile,
      path: '/bytes/20000',
      args: ['--connections', '3', '--repeat', '4'],
    })
  }
  const metrics = await roam.until('all are closed', (seen) => closedH3(seen) === 3 * delays.length)
  const rtt = metrics.histogram('quic_rtt_seconds')
  t.equal(rtt.count, 3 * delays.length, 'one sample each, at close')
  const median = quantile(0.5, rtt)
  t.ok(Math.abs(median - 0.078) <= 0.0078, `median ${median} s`)
})
