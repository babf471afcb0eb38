import t from 'tap'
import { ROUTES } from '../../src/admin/routes.ts'
import { askAdmin, startAdmin, TOKEN } from './admin-support.ts'

t.test('changes need the token', async (t) => {
  const roam = await startAdmin(t)
  const { adminPort, look, events } = roam
  const results: string[] = []
  events.on('admin:auth', ({ result }) => results.push(result))
  const drain = (authorization?: string) =>
    askAdmin(
      adminPort,
      'POST',
      '/backends/b1/drain',
      authorization === undefined ? {} : { headers: { authorization } },
    )
  t.match(await drain(), { status: 401, headers: { 'www-authenticate': 'Bearer realm="roam admin"' } })
  t.match(await drain(`Basic ${TOKEN}`), { status: 401 })
  const wrong = await drain(`Bearer ${TOKEN.slice(1)}b`)
  t.match(wrong, { status: 401, headers: { 'www-authenticate': /error="invalid_token"/ } })
  t.match(await drain(`Bearer ${TOKEN}a`), { status: 401 })
  t.match(await drain('Bearer '), { status: 401 })
  t.match((await look('/backends/b1')).body, { adminState: 'enabled' })
  t.match(await drain(`bearer ${TOKEN}`), { status: 200 }, 'the scheme has no case')
  t.strictSame(results, ['missing', 'missing', 'wrong', 'wrong', 'missing', 'accepted'])
  t.equal((await roam.metrics()).value('quic_admin_auth_total', { result: 'wrong' }), 2)
})

t.test('so does every route that changes something', async (t) => {
  const { adminPort } = await startAdmin(t)
  for (const { method, path } of ROUTES) {
    const { status } = await askAdmin(adminPort, method, path.replace(/\{.*\}/, 'missing'))
    t.equal(status === 401, method !== 'GET', `${method} ${path}`)
  }
})

t.test('without a token file nobody changes anything', async (t) => {
  const { change, look } = await startAdmin(t, { token: null })
  t.match(await change('POST', '/backends/b1/drain'), {
    status: 403,
    body: { detail: /set admin\.tokenFile/ },
  })
  t.match(await look('/backends/b1'), { status: 200, body: { adminState: 'enabled' } })
})

t.test('web pages may not ask, under whatever name', async (t) => {
  const { change, look, adminPort } = await startAdmin(t)
  for (const host of [
    'localhost',
    `localhost:${adminPort}`,
    '127.0.0.1:9',
    '[::1]:1',
    '127.1.2.3',
    'LOCALHOST',
  ])
    t.equal((await look('/pools', { host })).status, 200, host)
  for (const host of [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '[::2]',
  ])
    t.match(await look('/pools', { host }), { status: 403, body: { detail: /Host/ } }, host)
  for (const origin of ['https://evil.example', 'null', `http://localhost:${adminPort}`])
    t.match(await look('/pools', { origin }), { status: 403, body: { detail: /web pages/ } }, origin)
  t.equal((await change('POST', '/backends/b1/drain', { headers: { origin: 'null' } })).status, 403)
  t.equal((await look('/pools', { 'sec-fetch-site': 'cross-site' })).status, 403)
  t.equal((await look('/pools', { 'sec-fetch-site': 'none' })).status, 200, 'typed into the address bar')
})

t.test('answers are for the program that asked', async (t) => {
  const { look } = await startAdmin(t)
  for (const path of ['/pools', '/nothing']) {
    const { headers } = await look(path)
    t.match(headers, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    })
    t.notOk('access-control-allow-origin' in headers)
  }
})
