import t from 'tap'
import { ask } from '../support/client.ts'
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
