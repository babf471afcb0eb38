import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { gtlsGet, skipWithoutGtlsclient } from '../support/client-gtls.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

const skip = skipWithoutGtlsclient()
const delayed = { delayMs: 10 }

t.test('gtlsclient is rebound by its own option', { skip }, async (t) => {
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: delayed, toClient: delayed })
  t.teardown(() => relay.close())
  const got = await gtlsGet({
    port: relay.port,
    path: `/bytes/${TEN_MB}`,
    window: 256_000,
    changeAfterMs: 200,
    natRebinding: true,
    // After its own rebinding it ignores what still comes to its old port, and says nothing by itself (0.12.1): only
    // what it has yet to send can come from the new one. So the request does; the next test moves in mid-download.
    args: ['--delay-stream=400ms'],
  })
  if (!t.match(got, { code: 0, status: 200, bytes: TEN_MB, sha256: patternSha256(TEN_MB) }))
    t.comment(got.log)
  t.equal(relay.counts().flows, 2, 'it did move')
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
  t.same(migrations(metrics), { natRebinding: 1, addressChange: 0, failed: 0 })
})

t.test('gtlsclient behind a NAT that changes its port twice', { skip }, async (t) => {
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: delayed, toClient: delayed })
  t.teardown(() => relay.close())
  const download = gtlsGet({ port: relay.port, path: `/bytes/${TEN_MB}`, window: 256_000 })
  await Promise.race([relay.untilBytesToClient(3_000_000), download])
  await relay.rebind()
  await Promise.race([relay.untilBytesToClient(3_000_000), download])
  await relay.rebind()
  const got = await download
  if (!t.match(got, { code: 0, status: 200, bytes: TEN_MB, sha256: patternSha256(TEN_MB) }))
    t.comment(got.log)
  t.ok(got.pathChallenges >= 2, 'the server validated each path')
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
  t.same(migrations(metrics), { natRebinding: 2, addressChange: 0, failed: 0 })
})
