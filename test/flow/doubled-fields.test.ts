import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('fields that HTTP/2 is particular about lose no page', async (t, protocol) => {
  const backend = createServer((_request, response) => {
    const nosniff = ['X-Content-Type-Options', 'nosniff']
    response
      .writeHead(200, [...nosniff, ...nosniff, 'HTTP2-Settings', 'x', 'Content-Type', 'text/plain'])
      .end('page')
  })
  t.teardown(() => backend.close())
  await once(backend.listen(0, '127.0.0.1'), 'listening')
  const roam = await startRoam(t, {
    backendUrls: [`http://127.0.0.1:${(backend.address() as AddressInfo).port}`],
    routes: `[
      { path: /, pool: app },
      { path: /rule, pool: app, responseHeaders: { add: { Content-Type: text/html } } },
    ]`,
  })
  for (const path of ['/', '/rule']) {
    const got = await ask(roam, protocol, { path })
    t.match({ ...got, body: got.body.toString() }, { status: 200, complete: true, body: 'page' })
    t.equal(roam.records.at(-1)!.error, undefined)
  }
})
