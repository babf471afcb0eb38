import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3 } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

t.setTimeout(300_000)
// A reader that is slower than the network loses nothing either: flow control holds the sender back.
for (const [what, args] of [
  ['as fast as it goes', []],
  ['by a slow reader', ['--read-rate', '4000000']],
] as const) {
  t.test(`nothing is dropped on 10 MB read ${what}, and no loss is reported`, async (t) => {
    const { roam } = await setScene(t)
    const relay = await UdpRelay.start({ upstreamPort: roam.port })
    t.teardown(() => relay.close())
    await quinnGet({
      port: relay.port,
      ca: roam.caFile,
      path: '/bytes/10485760',
      // Small enough for every socket buffer on the way, or the kernel would drop what nobody injected.
      args: ['--window', '100000', ...args],
    })
    const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
    t.equal(relay.counts().toClient.dropped + (await relay.kernelDrops()), 0, 'nothing was dropped')
    t.ok(metrics.value('quic_packets_sent_total') > 7000, 'the packets are counted')
    t.equal(metrics.value('quic_packets_lost_total'), 0)
    t.equal(metrics.value('quic_packets_retransmitted_total'), 0)
  })
}
