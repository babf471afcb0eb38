import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

const backend = await startDemoBackend({ id: 'm1' })
t.teardown(() => backend.close())
const ask = (path: string, init?: RequestInit) => fetch(backend.url + path, { redirect: 'manual', ...init })

t.test('login starts a session under a new id', async (t) => {
  const before = (await ask('/login/index.php')).headers.getSetCookie()[0] ?? ''
  const cookie = before.split(';')[0] ?? ''
  t.match(cookie, /^MoodleSession=\S+$/)
  const after = await ask('/login/index.php', { method: 'POST', body: 'username=anna', headers: { cookie } })
  t.equal(after.status, 303)
  const renewed = after.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  t.not(renewed, cookie)
  t.match(await (await ask('/', { headers: { cookie: renewed } })).text(), /logged in as <strong>anna</)
})

t.test('calls of one session run one after the other, those of two at once', async (t) => {
  const burst = async (cookies: string[]): Promise<number> => {
    const started = performance.now()
    const call = (cookie: string) => ask('/lib/ajax/service.php?delay=100', { headers: { cookie } })
    await Promise.all(cookies.map(call))
    return performance.now() - started
  }
  t.ok((await burst(['MoodleSession=a', 'MoodleSession=a', 'MoodleSession=a'])) >= 295)
  t.ok((await burst(['MoodleSession=a', 'MoodleSession=b', 'MoodleSession=c'])) < 290)
})

t.test('the heartbeat can be made to fail', async (t) => {
  const status = async (query = '') => (await ask(`/admin/tool/heartbeat/${query}`)).status
  t.equal(await status(), 200)
  await ask('/demo/state?database=off', { method: 'POST' })
  t.equal(await status(), 200)
  t.equal(await status('?fullcheck'), 503)
  await ask('/demo/state?heartbeat=503', { method: 'POST' })
  t.equal(await status(), 503)
  await ask('/demo/state?heartbeat=200&maintenance=on', { method: 'POST' })
  t.equal(await status(), 200)
  t.equal((await ask('/')).status, 503, 'in maintenance pages fail, the heartbeat does not')
  const outside = await ask('/demo/state', { method: 'POST', headers: { 'x-forwarded-for': '192.0.2.1' } })
  t.equal(outside.status, 403, 'not for those who come through the load balancer')
})

t.test('a page shows what it was told, and runs none of it', async (t) => {
  backend.state.maintenance = false
  const page = await ask('/', { headers: { 'x-forwarded-host': '<script>alert(1)</script>' } })
  t.match(await page.text(), /&lt;script&gt;alert\(1\)/)
})
