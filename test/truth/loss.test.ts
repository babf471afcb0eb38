import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3 } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

const BYTES = 8 * 1024 * 1024

t.setTimeout(300_000)
t.test('5 % of the datagrams to the client are dropped, and /metrics says so', async (t) => {
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({
    upstreamPort: roam.port,
    toServer: { delayMs: 5 },
    toClient: { loss: 0.05, delayMs: 5 },
    seed: 20260101,
  })
  t.teardown(() => relay.close())
  const { connections } = await quinnGet({ port: relay.port, ca: roam.caFile, path: `/bytes/${BYTES}` })
  t.match(connections, [{ requests: [{ status: 200, sha256: patternSha256(BYTES) }] }])
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)

  const sent = metrics.value('quic_packets_sent_total')
  const lost = metrics.value('quic_packets_lost_total')
  const { toClient } = relay.counts()
  // What the kernel dropped at the relay's own buffers was lost on the way to the client as well.
  const kernel = await relay.kernelDrops()
  const injected = (toClient.dropped + kernel) / (toClient.received + kernel)
  t.comment(`dropped ${toClient.dropped} (+${kernel}) of ${toClient.received}; /metrics: ${lost} of ${sent}`)
  t.ok(injected > 0.04 && injected < 0.06, `${injected} was injected`)
  t.ok(Math.abs(lost / sent - injected) <= 0.015, `${lost / sent} is within 1.5 points of ${injected}`)
  t.ok(
    Math.abs(sent - toClient.received - kernel) <= 0.01 * sent,
    `${sent} packets sent, ${toClient.received} datagrams seen on the wire`,
  )
})
