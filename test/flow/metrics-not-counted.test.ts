import t from 'tap'
import { ask } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'

t.test('scrapes and health probes are no requests of the site', async (t) => {
  const roam = await startRoam(t)
  for (const path of ['/metrics', '/healthz', '/readyz']) await ask(roam, 'h2', { path })
  t.equal((await roam.metrics()).value('quic_requests_total'), 0)
  await ask(roam, 'h2', { path: '/' })
  const metrics = await roam.metrics()
  t.equal(metrics.value('quic_requests_total'), 1)
  t.equal(metrics.value('quic_request_duration_seconds_count'), 1)
})
