import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { gtlsGet, skipWithoutGtlsclient } from '../support/client-gtls.ts'
import { closedH3, migrations } from '../support/metrics-text.ts'

t.test('gtlsclient downloads 10 MB', { skip: skipWithoutGtlsclient() }, async (t) => {
  const { roam } = await setScene(t)
  const got = await gtlsGet({ port: roam.port, path: `/bytes/${TEN_MB}` })
  if (!t.match(got, { code: 0, status: 200, bytes: TEN_MB, sha256: patternSha256(TEN_MB) }))
    t.comment(got.log)
  const metrics = await roam.until('the connection is closed', (seen) => closedH3(seen) === 1)
  t.same(migrations(metrics), { natRebinding: 0, addressChange: 0, failed: 0 })
})
