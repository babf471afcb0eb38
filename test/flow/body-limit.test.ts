import { once } from 'node:events'
import http from 'node:http'
import t from 'tap'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

const ROUTES = `[
  { host: "*", path: /, pool: app, maxBody: 1KB },
  { host: "*", path: /upload, pool: app, maxBody: 100KB },
  ]`

onEachProtocol('each route has its own limit for bodies, judged before one is read', async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES })
  const body = Buffer.alloc(50_000, 1)
  t.equal((await ask(roam, protocol, { method: 'POST', path: '/upload', body })).status, 200)
  const answer = await ask(roam, protocol, { method: 'POST', path: '/echo', body })
  t.equal(answer.status, 413)
  const record = roam.records.at(-1)!
  t.equal(record.error, 'BODY_TOO_LARGE')
  t.equal(record.requestBytes, 0, 'nothing of it was read')
  t.equal(roam.backends[0]!.ledger.entries.length, 1, 'no backend was asked')
})

t.test('who asks first whether to send a body that is too long is told so, and never to go on', async (t) => {
  const roam = await startRoam(t, { routes: ROUTES })
  const answer = await ask(roam, 'http/1.1', {
    method: 'POST',
    path: '/echo',
    headers: { expect: '100-continue', 'content-length': '50000' },
  })
  t.equal(answer.status, 413)
  t.same(answer.interim, [])
})

t.test('a body that announces no length is cut off where it grows too long', async (t) => {
  const roam = await startRoam(t, { routes: ROUTES })
  const record = roam.nextRecord()
  const request = http.request({ port: roam.plainPort, method: 'POST', path: '/echo', agent: false })
  request.on('error', () => {})
  request.write(Buffer.alloc(50_000, 1))
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.resume()
  t.equal(response.statusCode, 413)
  t.equal((await record).error, 'BODY_TOO_LARGE')
  const answered = roam.backends[0]!.ledger.entries.filter(({ finished }) => finished)
  t.same(answered, [], 'the backend does not take a part for the whole')
  const metrics = await roam.metrics()
  t.equal(metrics.value('quic_backend_errors_total', { backend_id: 'b1' }), 0, 'and is not blamed')
  request.destroy()
})
