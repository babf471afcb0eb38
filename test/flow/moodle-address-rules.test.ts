/** The table of what a real Moodle 4.2.1 answered: 6 settings, 2 web servers, 2 ways to send the Host field. */
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

const backend = await startDemoBackend({ id: 'm1' })
t.teardown(() => backend.close())

async function outcome(host: string, path = '/login/index.php'): Promise<string> {
  const [response] = (await once(
    get(`${backend.url}${path}`, { headers: { host }, agent: false }),
    'response',
  )) as [IncomingMessage]
  const body = await text(response)
  const location = response.headers.location ?? ''
  if (response.statusCode === 303 && location.startsWith(backend.state.site!.wwwroot)) return 'loop'
  if (response.statusCode === 500 && body.includes('Reverse proxy enabled')) return 'abused'
  return response.statusCode === 200 ? 'page' : `status ${String(response.statusCode)}`
}

const WITH_PORT = 'https://x.example:9443'
const WITHOUT = 'https://x.example'
/** wwwroot, sslproxy, reverseproxy; nginx preserved, nginx internal, Apache preserved, Apache internal. */
const TABLE = [
  [WITH_PORT, true, false, ['loop', 'loop', 'page', 'loop']],
  [WITH_PORT, true, true, ['page', 'page', 'abused', 'page']],
  [WITH_PORT, false, false, ['loop', 'loop', 'loop', 'loop']],
  [WITHOUT, true, false, ['page', 'loop', 'page', 'loop']],
  [WITHOUT, true, true, ['abused', 'page', 'abused', 'page']],
  [WITHOUT, false, false, ['loop', 'loop', 'loop', 'loop']],
] as const

t.test('all 24 combinations', async (t) => {
  for (const [wwwroot, sslproxy, reverseproxy, expected] of TABLE) {
    const preserved = new URL(wwwroot).host
    const internal = new URL(backend.url).host
    const seen = []
    for (const server of ['nginx', 'apache'] as const) {
      backend.state.site = { wwwroot, sslproxy, reverseproxy, server }
      seen.push(await outcome(preserved), await outcome(internal))
    }
    t.strictSame(seen, expected, `${wwwroot} sslproxy ${sslproxy} reverseproxy ${reverseproxy}`)
  }
})

t.test('the heartbeat is under the same rules, tools of the demo are not', async (t) => {
  backend.state.site = { wwwroot: WITHOUT, sslproxy: true, reverseproxy: false, server: 'nginx' }
  t.equal(await outcome('10.0.0.1:8001', '/admin/tool/heartbeat/'), 'loop')
  t.equal(await outcome('x.example', '/admin/tool/heartbeat/'), 'page')
  t.equal(await outcome('10.0.0.1:8001', '/echo'), 'page')
})

t.test('the app is told why', async (t) => {
  backend.state.site = { wwwroot: WITHOUT, sslproxy: false, reverseproxy: false, server: 'nginx' }
  const ask = async () => (await fetch(`${backend.url}/login/token.php`)).json()
  t.match(await ask(), { errorcode: 'requirecorrectaccess' })
  backend.state.site = { ...backend.state.site, reverseproxy: true }
  t.match(await ask(), { errorcode: 'sslonlyaccess' })
})
