import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

t.setTimeout(300_000)
t.test('a NAT that changes the address, not just the port, is a rebinding all the same', async (t) => {
  const { roam } = await setScene(t, { address: '0.0.0.0:0' })
  // 20 ms of round trip and a window of 500 kB make 10 MB last for 400 ms at least.
  const relay = await UdpRelay.start({
    upstreamPort: roam.port,
    toServer: { delayMs: 10 },
    toClient: { delayMs: 10 },
  })
  t.teardown(() => relay.close())
  const download = quinnGet({
    port: relay.port,
    ca: roam.caFile,
    path: `/bytes/${TEN_MB}`,
    args: ['--window', '500000', '--keep-alive', '100', '--deadline', '20000'],
  })
  await Promise.race([relay.untilBytesToClient(3_000_000), download])
  await relay.rebind('127.0.0.2')
  await Promise.race([relay.untilBytesToClient(3_000_000), download])
  await relay.rebind('127.0.0.3')
  const { connections } = await download
  t.match(connections, [{ closed: null, requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
  t.same(migrations(metrics), { natRebinding: 2, addressChange: 0, failed: 0 })
})
