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

t.test('the first failure of a backend is a rise from 0, which rate() sees', async (t) => {
  const { value } = telemetry()
  for (const method of ['GET', 'POST']) {
    for (const status of [500, 502, 503, 504]) {
      const labels = `method="${method}",status="${status}",protocol="h2",backend_id="moodle-1"`
      t.equal(await value(`quic_requests_total{${labels}}`), 0)
    }
  }
  t.equal(await value('quic_requests_total{method="GET",status="503",protocol="h3",backend_id="none"}'), 0)
})
