import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'

t.setTimeout(300_000)
for (const changes of [[3_000_000], [2_000_000, 6_000_000]]) {
  t.test(`quinn migrates ${changes.length} times in a 10 MB download`, async (t) => {
    const { roam } = await setScene(t)
    const { connections } = await quinnGet({
      port: roam.port,
      ca: roam.caFile,
      path: `/bytes/${TEN_MB}`,
      // A small window keeps the server from having sent everything before the client moves.
      args: ['--window', '1000000', ...changes.flatMap((bytes) => ['--change', `active@${bytes}`])],
    })
    t.match(connections, [{ closed: null, requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
    t.equal(connections[0]?.ports?.length, changes.length + 1, 'the client had that many ports')
    t.ok((connections[0]?.pathChallengesReceived ?? 0) >= changes.length, 'the server validated each path')
    const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
    t.same(migrations(metrics), { natRebinding: 0, addressChange: changes.length, failed: 0 })
    t.equal(metrics.value('quic_connections_total', { protocol: 'h3' }), 1)
  })
}
