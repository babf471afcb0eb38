import t from 'tap'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

t.test('a backend that does not answer in time is 504', async (t) => {
  const roam = await startRoam(t, { pool: 'timeouts: { firstByte: 1s }' })
  const answer = await ask(roam, 'h2', { path: '/delay/10000' })
  t.equal(answer.status, 504)
  const record = roam.records.at(-1)!
  t.equal(record.error, 'UPSTREAM_TIMEOUT')
  t.ok(record.durationSeconds >= 1 && record.durationSeconds < 2, `${record.durationSeconds} s`)
  t.equal(
    (await roam.metrics()).value('quic_backend_errors_total', { backend_id: 'b1', stage: 'timeout' }),
    1,
  )
})

t.test('a client that stops sending its body is 408', async (t) => {
  const roam = await startRoam(t, { extra: 'limits: { bodyIdleTimeout: 1s }' })
  const answer = await ask(roam, 'http/1.1', {
    method: 'POST',
    path: '/upload',
    headers: { 'content-length': '10' },
    body: Buffer.from('short'),
  })
  t.equal(answer.status, 408)
})

t.test('a route may be more patient than its pool', async (t) => {
  const roam = await startRoam(t, {
    pool: 'timeouts: { firstByte: 1s, idle: 1s }',
    routes: `[
      { host: "*", path: /, pool: app },
      { host: "*", path: /delay, pool: app, timeouts: { firstByte: 10s } },
      ]`,
  })
  t.equal((await ask(roam, 'h2', { path: '/delay/1600' })).status, 200)
})

onEachProtocol('the deadline of the whole cuts what has begun', async (t, protocol) => {
  const roam = await startRoam(t, {
    routes: '[{ host: "*", path: /, pool: app, timeouts: { total: 1s } }]',
  })
  const record = roam.nextRecord()
  const late = await ask(roam, protocol, { path: '/delay/10000' })
  t.equal(late.status, 504)
  t.equal((await record).error, 'TOTAL_TIMEOUT')
  const cut = await ask(roam, protocol, { path: '/stream/10' })
  t.equal(cut.status, 200)
  t.notOk(cut.complete, 'and visibly so')
  t.equal(roam.records.at(-1)!.error, 'TOTAL_TIMEOUT')
  const metrics = await roam.metrics()
  t.equal(metrics.value('quic_backend_errors_total', { backend_id: 'b1' }), 0, 'no backend is blamed')
})
