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
