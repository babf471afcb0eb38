import t from 'tap'
import { ask } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'

t.test('/metrics answers those who may see it, at zero from the first scrape', async (t) => {
  const roam = await startRoam(t)
  const { status, body } = await ask(roam, 'h2', { path: '/metrics' })
  t.equal(status, 200)
  t.match(body.toString(), 'quic_connections_total{protocol="h3"} 0')
})

t.test('for everybody else it is not there', async (t) => {
  const roam = await startRoam(t, { extra: 'metrics: { allow: [10.0.0.0/8] }' })
  for (const protocol of ['http/1.1', 'h2'] as const)
    t.equal((await ask(roam, protocol, { path: '/metrics' })).status, 404)
})

t.test('whoever is refused is a client like any other: counted, and logged with the reason', async (t) => {
  const roam = await startRoam(t)
  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  t.equal((await ask(roam, 'h2', { path: '/metrics', headers: forwarded })).status, 404)
  t.match(roam.records.at(-1), { local: false, error: 'NO_ROUTE', errorMessage: /metrics\.allow/ })
  const counted = { status: '404', backend_id: 'none' }
  t.equal((await roam.metrics()).value('quic_requests_total', counted), 1)
})

t.test('the clients of a proxy in front do not inherit its private address', async (t) => {
  const roam = await startRoam(t)
  const asks = async (path: string, client: string) => {
    await ask(roam, 'h2', { path, headers: { 'x-forwarded-for': client } })
    return roam.records.at(-1)!
  }
  t.match(await asks('/readyz', '192.0.2.1'), { local: false, backendId: 'b1' }, 'a page of the site')
  t.match(await asks('/readyz', '10.0.0.1'), { local: true })
  t.match(await asks('/metrics', '10.0.0.1'), { local: true, status: 200 })
})
