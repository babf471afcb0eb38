import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol(
  'a client that stops reading ends the backend request within a second',
  async (t, protocol) => {
    const roam = await startRoam(t)
    const record = roam.nextRecord()
    await ask(roam, protocol, { path: '/bytes/300000000', stopAfter: 1_000_000 })
    const ended = await record
    t.equal(ended.error, 'CLIENT_GONE')
    t.equal(ended.status, 200, 'what it was sent')
    t.ok(ended.durationSeconds < 5)
    const metrics = await roam.metrics()
    t.equal(metrics.value('quic_request_aborts_total', { side: 'downstream', protocol }), 1)
    t.equal(
      metrics.value('quic_circuit_breaker_failures_total', { backend_id: 'b1' }),
      0,
      'the backend is not to blame',
    )
  },
)

onEachProtocol('a client that leaves before any answer is 499', async (t, protocol) => {
  const roam = await startRoam(t)
  const record = roam.nextRecord()
  const body = Buffer.alloc(100_000, 1)
  await ask(roam, protocol, { method: 'POST', path: '/upload', body, resetAfter: 50_000 })
  const ended = await record
  t.equal(ended.status, 499)
  t.equal(ended.error, 'CLIENT_GONE')
})
