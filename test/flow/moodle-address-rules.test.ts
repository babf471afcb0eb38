/** The demo backend gives the table of what a real Moodle answered: 6 settings, 2 web servers, 2 ways to send the Host field. */
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import { OUTCOMES, outcomeOf } from './moodle-outcome.ts'

const backend = await startDemoBackend({ id: 'm1' })
t.teardown(() => backend.close())
const outcome = (host: string, path?: string) =>
  outcomeOf(backend.url, backend.state.site!.wwwroot, host, path)

t.test('all 24 combinations', async (t) => {
  for (const [wwwroot, sslproxy, reverseproxy, expected] of OUTCOMES) {
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
  backend.state.site = {
    wwwroot: 'https://x.example',
    sslproxy: true,
    reverseproxy: false,
    server: 'nginx',
  }
  t.equal(await outcome('10.0.0.1:8001', '/admin/tool/heartbeat/'), 'loop')
  t.equal(await outcome('x.example', '/admin/tool/heartbeat/'), 'page')
  t.equal(await outcome('10.0.0.1:8001', '/echo'), 'page')
})

t.test('the app is told why', async (t) => {
  const site = {
    wwwroot: 'https://x.example',
    sslproxy: false,
    reverseproxy: false,
    server: 'nginx',
  } as const
  const ask = async () => (await fetch(`${backend.url}/login/token.php`)).json()
  backend.state.site = site
  t.match(await ask(), { errorcode: 'requirecorrectaccess' })
  backend.state.site = { ...site, reverseproxy: true }
  t.match(await ask(), { errorcode: 'sslonlyaccess' })
})
