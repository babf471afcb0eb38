import t from 'tap'
import { PROTOCOLS } from '../../src/core/exchange.ts'
import { ask } from '../support/client.ts'
import { keepH3 } from '../support/keep-h3.ts'
import { skipWithoutAioquic } from '../support/raw-h3.ts'
import { startRoam } from '../support/roam.ts'

t.test(
  'an operator sees every connection, oldest first and page by page',
  { skip: skipWithoutAioquic() },
  async (t) => {
    const roam = await startRoam(t, { host: '127.0.0.1', extra: 'metrics: { updateInterval: 100ms }' })
    const kept = await keepH3(t, roam)
    kept.get('/delay/0')
    await kept.seen('end', 0)
    const running = PROTOCOLS.slice(0, 2).map(async (protocol) => {
      const selected = new Promise((resolve) => roam.events.once('backend:selected', resolve))
      const answer = ask(roam, protocol, { path: '/delay/600' })
      await selected
      return answer
    })
    await new Promise((resolve) => roam.events.once('transport:sample', resolve))
    const { total, connections } = roam.app.control.connections({ offset: 0, limit: 100 })
    t.equal(total, 3)
    t.match(connections[0], {
      ...{
        protocol: 'h3',
        remoteAddress: '127.0.0.1',
        localPort: roam.port,
        requests: 1,
        migrations: 0,
        backendId: 'b1',
      },
      path: {
        rttSeconds: Number,
        packetsSent: Number,
        packetsLost: 0,
      },
    })
    t.strictSame(connections.map(({ protocol }) => protocol).toSorted(), ['h2', 'h3', 'http/1.1'])
    t.ok(connections.every(({ ageSeconds }) => ageSeconds > 0 && ageSeconds < 60))
    t.match(connections.slice(1), [
      { requests: 1, path: undefined },
      { requests: 1, path: undefined },
    ])
    const page = roam.app.control.connections({ offset: 1, limit: 1 })
    t.strictSame([page.total, page.connections.map(({ id }) => id)], [3, [connections[1]!.id]])
    await Promise.all(running)
  },
)

t.test('the configuration is shown as plain values, without what looks like a secret', async (t) => {
  const extra = `networks: { campus: [10.0.0.0/8] }`
  const roam = await startRoam(t, { extra })
  const set = '{ x-api-key: abc123, x-site: campus }'
  await roam.reload({ routes: `[{ path: /api, pool: app, requestHeaders: { set: ${set} } }]` })
  const text = JSON.stringify(roam.app.control.config())
  t.notMatch(text, 'abc123')
  t.match(JSON.parse(text), {
    networks: { campus: ['10.0.0.0/8'] },
    pools: [{ backends: [{ url: /^http:/ }] }],
    routes: [{ requestHeaders: { set: ['x-api-key', '***', 'x-site', '***'] } }],
  })
})

t.test('a change by an operator is published', async (t) => {
  const roam = await startRoam(t)
  const seen: unknown[] = []
  roam.events.on('backend:admin', (event) => seen.push(event))
  roam.app.control.setBackend('b1', { state: 'disabled' })
  roam.app.control.setBackend('b1', { state: 'enabled', weight: 4 })
  t.strictSame(seen, [
    { backendId: 'b1', state: 'disabled', weight: 1 },
    { backendId: 'b1', state: 'enabled', weight: 4 },
  ])
})

t.test('without a file there is nothing to reload', async (t) => {
  const roam = await startRoam(t)
  t.match(await roam.app.control.reload('admin'), { ok: false, why: /no file/ })
})
