import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { gtlsGet, skipWithoutGtlsclient } from '../support/client-gtls.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

t.test(
  'gtlsclient migrates in the middle of a 10 MB download',
  { skip: skipWithoutGtlsclient() },
  async (t) => {
    const { roam } = await setScene(t)
    // 20 ms of round trip and a window of 256 kB make 10 MB last for 800 ms at least.
    const delayed = { delayMs: 10 }
    const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: delayed, toClient: delayed })
    t.teardown(() => relay.close())
    const got = await gtlsGet({
      port: relay.port,
      path: `/bytes/${TEN_MB}`,
      window: 256_000,
      changeAfterMs: 200,
    })
    if (!t.match(got, { code: 0, status: 200, bytes: TEN_MB, sha256: patternSha256(TEN_MB) }))
      t.comment(got.log)
    t.equal(relay.counts().flows, 2, 'it did move')
    t.ok(got.pathChallenges >= 1, 'the server validated the new path')
    const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
    t.same(migrations(metrics), { natRebinding: 0, addressChange: 1, failed: 0 })
  },
)
