import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'

t.setTimeout(300_000)
t.test('quinn downloads 10 MB over one path, and no migration is counted', async (t) => {
  const { roam } = await setScene(t)
  const { connections } = await quinnGet({ port: roam.port, ca: roam.caFile, path: `/bytes/${TEN_MB}` })
  t.match(connections, [{ closed: null, requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
  t.same(migrations(metrics), { natRebinding: 0, addressChange: 0, failed: 0 })
  t.equal(metrics.value('quic_connections_total', { protocol: 'h3' }), 1)
})
