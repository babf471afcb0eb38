import t from 'tap'
import { ask } from '../support/client.ts'
import { deadUrl } from '../support/dead-url.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { type Roam, startRoam } from '../support/roam.ts'

const json = async (roam: Roam, path: string, protocol: 'http/1.1' | 'h2' | 'h3' = 'h2') => {
  const { status, body } = await ask(roam, protocol, { path })
  return { status, body: JSON.parse(body.toString()) as unknown }
}

onEachProtocol('with a backend Roam is alive and ready', async (t, protocol) => {
  const roam = await startRoam(t)
  t.strictSame(await json(roam, '/healthz', protocol), { status: 200, body: { status: 'alive' } })
  t.strictSame(await json(roam, '/readyz', protocol), {
    status: 200,
    body: { status: 'ready', pools: [{ name: 'app', available: 1, backends: 1 }] },
  })
})

t.test('one backend of several is enough', async (t) => {
  const good = await startRoam(t)
  const backendUrls = [await deadUrl(), good.backends[0]!.url]
  const roam = await startRoam(t, { backendUrls, pool: 'health: { path: / }' })
  t.match(await json(roam, '/readyz'), { status: 200, body: { pools: [{ available: 1, backends: 2 }] } })
})

t.test('without a backend Roam is alive and not ready', async (t) => {
  const roam = await startRoam(t, { backendUrls: [await deadUrl()], pool: 'health: { path: / }' })
  t.equal((await json(roam, '/healthz')).status, 200)
  t.match(await json(roam, '/readyz'), { status: 503, body: { status: 'no backend is available' } })
})

t.test('the paths can be changed', async (t) => {
  const roam = await startRoam(t, { extra: 'metrics: { healthPath: /up, readyPath: /able }' })
  t.match(await json(roam, '/up'), { body: { status: 'alive' } })
  t.match(await json(roam, '/able'), { body: { status: 'ready' } })
  t.equal((await ask(roam, 'h2', { path: '/healthz' })).status, 404, 'the site has no such page')
})

t.test('for everybody else these are pages of the site', async (t) => {
  const roam = await startRoam(t, { extra: 'metrics: { allow: [10.0.0.0/8] }' })
  await ask(roam, 'h2', { path: '/readyz' })
  t.equal(roam.records.at(-1)!.backendId, 'b1')
})
