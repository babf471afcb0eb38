import type { Test } from 'tap'
import type { Protocol } from '../../src/core/exchange.ts'
import { ask, header } from '../support/client.ts'
import { deadUrl } from '../support/dead-url.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { type Roam, startRoam } from '../support/roam.ts'

const ROUTES = `[{ host: "*", path: /, pool: app,
  requestHeaders: { remove: [X-Debug], set: { X-Forwarded-Proto: http, X-Zone: campus }, add: { X-Tag: two } },
  responseHeaders: { remove: [X-Backend], set: { Strict-Transport-Security: max-age=60, Cache-Control: public }, add: { Vary: Accept } } }]`

async function seenBy(t: Test, roam: Roam, protocol: Protocol): Promise<(name: string) => string[]> {
  const headers = { 'x-debug': '1', 'x-zone': 'liar', 'x-tag': 'one' }
  const answer = await ask(roam, protocol, { path: '/echo', headers })
  t.equal(answer.status, 200)
  const { rawHeaders } = JSON.parse(answer.body.toString()) as { rawHeaders: string[] }
  return (name) => rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name)
}

onEachProtocol('fields of a request are removed, set and added', async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES })
  const values = await seenBy(t, roam, protocol)
  t.same(values('x-debug'), [])
  t.same(values('x-zone'), ['campus'])
  t.same(values('x-tag'), ['one', 'two'])
  t.same(values('x-forwarded-proto'), ['http'], 'also what Roam sets itself')
})

onEachProtocol('fields of a response are removed, set and added', async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES })
  const { headers } = await ask(roam, protocol, { path: '/status/200' })
  t.equal(header(headers, 'x-backend'), undefined)
  t.equal(header(headers, 'strict-transport-security'), 'max-age=60')
  t.equal(header(headers, 'cache-control'), 'public')
  t.match(header(headers, 'vary'), 'Accept')
})

onEachProtocol("Roam's own answers have them too, and stay what they are", async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES, backendUrls: [await deadUrl()] })
  const { status, headers } = await ask(roam, protocol, { path: '/' })
  t.equal(status, 502)
  t.equal(header(headers, 'strict-transport-security'), 'max-age=60')
  t.equal(header(headers, 'cache-control'), 'no-store', 'an error page is nothing to keep')
})
