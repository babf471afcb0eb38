import t from 'tap'
import { telemetry } from './support.ts'

t.test('a fresh start already has every protocol at zero', async (t) => {
  const { value } = telemetry()
  for (const protocol of ['http/1.1', 'h2', 'h3']) {
    t.equal(await value(`quic_connections_total{protocol="${protocol}"}`), 0)
  }
})

t.test('a fresh start already has every backend at zero', async (t) => {
  const { value } = telemetry()
  t.equal(
    await value('quic_requests_total{method="GET",status="200",protocol="h3",backend_id="moodle-2"}'),
    0,
  )
  t.equal(await value('quic_backend_errors_total{backend_id="moodle-2",stage="connect"}'), 0)
  t.equal(
    await value('quic_connection_migrations_total{reason="nat_rebinding",success="true",network="other"}'),
    0,
  )
})

t.test('the share of failed requests reads 0 rather than nothing', async (t) => {
  const { series } = telemetry()
  t.ok((await series()).some((name) => /^quic_requests_total\{.*status="5/.test(name)))
})
