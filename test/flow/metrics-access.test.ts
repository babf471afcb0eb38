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
