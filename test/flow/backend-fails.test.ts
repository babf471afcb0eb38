import t from 'tap'
import { ask, header } from '../support/client.ts'
import { deadUrl } from '../support/dead-url.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('a backend that cuts its answer is a cut answer, not a whole one', async (t, protocol) => {
  const roam = await startRoam(t)
  for (const path of ['/broken/length', '/broken/chunks']) {
    const record = roam.nextRecord()
    const answer = await ask(roam, protocol, { path })
    t.notOk(answer.complete, path)
    t.equal((await record).error, 'UPSTREAM_TRUNCATED')
  }
})

onEachProtocol('all backends down is 503 with Retry-After at once', async (t, protocol) => {
  const roam = await startRoam(t, {
    backendUrls: [await deadUrl()],
    pool: 'health: { path: /, interval: 15s }\npanic: off',
  })
  const answer = await ask(roam, protocol, { path: '/' })
  t.equal(answer.status, 503)
  t.match(header(answer.headers, 'retry-after'), /^\d+$/)
  t.match(header(answer.headers, 'proxy-status'), /destination_unavailable/)
  t.ok(roam.records.at(-1)!.durationSeconds < 0.25, 'nobody waits for it')
})

t.test('a backend that refuses is tried elsewhere, with any method', async (t) => {
  const roam = await startRoam(t)
  const both = await startRoam(t, { backendUrls: [await deadUrl(), roam.backends[0]!.url] })
  for (let i = 0; i < 10; i++) {
    const answer = await ask(both, 'h2', { method: 'POST', path: '/echo', body: Buffer.from('x') })
    t.equal(answer.status, 200)
  }
  const metrics = await both.metrics()
  t.ok(
    metrics.value('quic_backend_retries_total', { backend_id: 'b2' }) > 0,
    'at the backend that was tried next',
  )
  t.equal(metrics.value('quic_backend_retries_total', { backend_id: 'b1' }), 0)
})

t.test('a retry that nobody is left for is no retry', async (t) => {
  const roam = await startRoam(t, { backendUrls: [await deadUrl()] })
  t.equal((await ask(roam, 'h2', { path: '/' })).status, 502)
  t.equal((await roam.metrics()).value('quic_backend_retries_total'), 0)
})

t.test('a backend that dies before its answer is retried for GET, 502 for POST', async (t) => {
  const roam = await startRoam(t, { backends: 2 })
  const get = await ask(roam, 'h2', { path: '/broken/head' })
  t.equal(get.status, 502, 'both die')
  t.equal(roam.records.at(-1)!.attempts, 2)
  const post = await ask(roam, 'h2', { method: 'POST', path: '/broken/head' })
  t.equal(post.status, 502)
  t.equal(roam.records.at(-1)!.attempts, 1)
})
