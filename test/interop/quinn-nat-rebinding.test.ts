import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'

t.setTimeout(300_000)
// Connection IDs of length 0 are Chromium's: the server has none to change to on the new path.
for (const cidLength of [8, 0]) {
  t.test(
    `a NAT gives quinn (its IDs ${cidLength} bytes long) two new ports in a 10 MB download`,
    async (t) => {
      const { roam } = await setScene(t)
      const { connections } = await quinnGet({
        port: roam.port,
        ca: roam.caFile,
        path: `/bytes/${TEN_MB}`,
        args: [
          ...['--window', '1000000', '--cid-length', String(cidLength)],
          ...['--change', 'nat@2000000', '--change', 'nat@6000000'],
          // A client that only downloads must speak up by itself, or nobody learns of its new port.
          ...['--keep-alive', '100', '--deadline', '20000'],
        ],
      })
      t.match(connections, [{ closed: null, requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
      t.equal(connections[0]?.ports?.length, 3, 'the client had three ports')
      t.ok((connections[0]?.pathChallengesReceived ?? 0) >= 2, 'the server validated each path')
      const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
      t.same(migrations(metrics), { natRebinding: 2, addressChange: 0, failed: 0 })
      t.equal(metrics.value('quic_connections_total', { protocol: 'h3' }), 1)
    },
  )
}
