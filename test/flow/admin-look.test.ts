import t from 'tap'
import { ask } from '../support/client.ts'
import { startAdmin } from './admin-support.ts'

t.test('pools, backends, breakers, queues and certificates are there for looking at', async (t) => {
  const { look, backends } = await startAdmin(t, { backends: 2, pool: 'policy: round-robin' })
  const b1 = {
    ...{ id: 'b1', pool: 'app', url: `${backends[0]!.url}/`, available: true, healthy: true, ejected: false },
    ...{ adminState: 'enabled', breaker: 'closed', backup: false, weight: 1, inFlight: 0, maxRequests: 100 },
  }
  const b2 = { ...b1, id: 'b2', url: `${backends[1]!.url}/` }
  const queue = { depth: 0, limit: 1000 }
  const app = { name: 'app', policy: 'round-robin', panicking: false, queue, backends: [b1, b2] }
  const bodyOf = async (path: string) => (await look(path)).body
  t.strictSame(await bodyOf('/pools'), { pools: [app] })
  t.strictSame(await bodyOf('/pools/app'), app)
  t.strictSame(await bodyOf('/backends'), { backends: [b1, b2] })
  t.strictSame(await bodyOf('/backends/b2'), b2)
  t.strictSame(await bodyOf('/queues'), { queues: [{ pool: 'app', ...queue }] })
  t.strictSame(await bodyOf('/breakers'), {
    breakers: [
      { backend: 'b1', pool: 'app', state: 'closed' },
      { backend: 'b2', pool: 'app', state: 'closed' },
    ],
  })
  t.match(await bodyOf('/certificates'), {
    certificates: [{ commonName: 'localhost', names: ['localhost'], notAfter: /^20.*Z$/, file: /\.pem$/ }],
  })
  t.strictSame(await bodyOf('/healthz'), { status: 'alive' })
})

t.test('the values of header rules are masked, whatever they are called', async (t) => {
  const { look } = await startAdmin(t, {
    routes:
      '[{ host: "*", path: /, pool: app, requestHeaders: { set: { x-api-key: hush, x-colour: blue } } }]',
  })
  const { text } = await look('/config')
  t.match(text, /"x-api-key","\*\*\*","x-colour","\*\*\*"/)
  t.notMatch(text, 'hush')
})

t.test('connections come in pages', async (t) => {
  const roam = await startAdmin(t)
  const running = ['http/1.1', 'h2', 'h3'] as const
  const selected = new Promise<void>((resolve) => {
    let seen = 0
    roam.events.on('backend:selected', () => ++seen === running.length && resolve())
  })
  const answers = running.map((protocol) => ask(roam, protocol, { path: '/delay/1500' }))
  await selected
  const all = (await roam.look('/connections')).body
  t.match(all, { total: 3, page: 1, limit: 100 })
  const seen: unknown[] = []
  for (const page of [1, 2, 3, 4]) {
    const { body } = await roam.look(`/connections?page=${page}&limit=1`)
    t.match(body, { total: 3, page, limit: 1 })
    seen.push(...(body['connections'] as unknown[]).map((one) => (one as { protocol: string }).protocol))
  }
  t.strictSame(seen.toSorted(), ['h2', 'h3', 'http/1.1'])
  t.match((all['connections'] as object[])[0], { requests: 1, migrations: 0, backend: 'b1' })
  for (const wrong of ['page=0', 'page=x', 'limit=1001', 'limit=', 'pages=1', 'page=1.5'])
    t.match(await roam.look(`/connections?${wrong}`), { status: 400, body: { detail: /page|limit/ } }, wrong)
  await Promise.all(answers)
})

t.test('what is not there', async (t) => {
  const { look, change } = await startAdmin(t)
  t.match(await look('/backends/b9'), { status: 404, body: { detail: /^no backend has the id b9;/ } })
  t.match(await look('/pools/p9'), { status: 404, body: { detail: /^no pool is called p9;/ } })
  t.match(await look('/'), { status: 404, body: { title: 'Not Found', status: 404, type: 'about:blank' } })
  t.match(await look('//[/'), { status: 404 })
  t.match(await look('/backends/%ff'), { status: 400 })
  const wrongMethod = await change('DELETE', '/backends/b1')
  t.match(wrongMethod, { status: 405, headers: { allow: 'GET, HEAD', 'content-type': /problem\+json/ } })
  t.match(await change('GET', '/backends/b1/drain'), { status: 405, headers: { allow: 'POST' } })
  t.match(await change('HEAD', '/backends/b1'), { status: 200, text: '' })
})
