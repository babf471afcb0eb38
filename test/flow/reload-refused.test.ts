import t from 'tap'
import { ask } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'

t.test(
  'what only a new process can change is refused by its name, and the old configuration stays',
  async (t) => {
    const roam = await startRoam(t)
    const before = roam.app.control.config()
    const extra =
      'quic: { maxIdleTimeout: 77s }\nlimits: { maxConnections: 5 }\nlog: { level: debug }\ntrustedProxies: [loopback]'
    await t.rejects(roam.reload({ extra }), {
      name: 'ReloadRefused',
      message:
        'quic.maxIdleTimeout, limits.maxConnections, log cannot change while Roam runs; start a new process: roam start --takeover',
    })
    t.strictSame(roam.app.control.config(), before)
    t.equal((await ask(roam, 'h3', { path: '/' })).status, 200)
  },
)

t.test('an address that is taken leaves everything as it was', async (t) => {
  const roam = await startRoam(t, { backends: 2 })
  const taken = `127.0.0.1:${new URL(roam.backends[1]!.url).port}`
  const extra = 'trustedProxies: [loopback]'
  const listeners = `- { address: "${taken}", protocols: [http/1.1] }`
  await t.rejects(roam.reload({ backendUrls: [roam.backends[0]!.url], extra, listeners }), {
    code: 'EADDRINUSE',
  })
  t.equal(roam.app.control.backends().length, 2)
  t.match(roam.app.control.config(), { trustedProxies: [] })
  const response = await fetch(`http://127.0.0.1:${roam.plainPort}/delay/0`, { redirect: 'manual' })
  t.equal(response.status, 200)
})

t.test('nothing is reloaded by a Roam that is stopping', async (t) => {
  const roam = await startRoam(t)
  const drained = roam.app.drain()
  await t.rejects(roam.reload({ pool: 'policy: round-robin' }), { name: 'ReloadRefused' })
  await drained
})
