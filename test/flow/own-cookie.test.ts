import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol("Roam's affinity cookie comes back to it, and goes no further", async (t, protocol) => {
  const roam = await startRoam(t, {
    backends: 3,
    pool: 'affinity: { by: cookie, cookie: roam_backend }',
    routes: '[{ host: "*", path: /, pool: app, responseHeaders: { remove: [Set-Cookie] } }]',
  })
  const first = await ask(roam, protocol, { path: '/echo' })
  const cookie = header(first.headers, 'set-cookie')
  t.match(cookie, /^roam_backend=[\w-]+; /, 'no rule for the application takes it away')
  const own = cookie!.split(';')[0]!
  const again = await ask(roam, protocol, { path: '/echo', headers: { cookie: `a=1; ${own}; b=2` } })
  const { rawHeaders } = JSON.parse(again.body.toString()) as { rawHeaders: string[] }
  t.equal(rawHeaders[rawHeaders.indexOf('cookie') + 1], 'a=1; b=2')
  t.equal(roam.records.at(-1)!.backendId, roam.records.at(-2)!.backendId)
})

onEachProtocol('an answer that shared caches may keep sets no cookie', async (t, protocol) => {
  const roam = await startRoam(t, {
    pool: 'affinity: { by: cookie }',
    routes: `[
      { host: "*", path: /, pool: app },
      { host: "*", path: /echo, pool: app, responseHeaders: { set: { Cache-Control: "public, max-age=60" } } },
    ]`,
  })
  const shared = await ask(roam, protocol, { path: '/echo' })
  t.equal(header(shared.headers, 'set-cookie'), undefined)
  const own = await ask(roam, protocol, { path: '/' })
  t.match(header(own.headers, 'set-cookie'), /^roam_backend=/)
})
