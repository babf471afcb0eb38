import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { HealthCheck } from '../../../src/core/ports.ts'
import { createProbe } from '../../../src/upstream/probe.ts'
import { deadUrl } from '../../support/dead-url.ts'
import { backendAt } from './support.ts'
import { startTlsBackend } from '../../support/tls-backend.ts'

const prober = createProbe()
const { probe } = prober
t.teardown(() => prober.close())
const check = (changes: Partial<HealthCheck> = {}): HealthCheck => ({
  path: '/',
  timeoutMs: 5000,
  expectStatus: [200],
  expectBody: undefined,
  rejectBody: undefined,
  host: undefined,
  ...changes,
})

t.test('the answer’s text counts as well', async (t) => {
  const pages: Record<string, string> = {
    '/alive': 'Moodle is alive',
    '/maintenance': 'MAINTENANCE: alive soon',
    '/late': `${'.'.repeat(64 * 1024)}alive`,
  }
  const server = createServer((request, response) => {
    if (request.url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      more()
    } else response.end(pages[request.url ?? ''])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const backend = backendAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const asking = (path: string) =>
    probe(backend, check({ path, expectBody: 'alive', rejectBody: 'MAINTENANCE' }))
  t.match(await asking('/alive'), { result: 'success', why: 'status 200' })
  t.match(await asking('/maintenance'), {
    result: 'failure',
    why: 'status 200, but the answer holds "MAINTENANCE" (rejectBody)',
  })
  t.match(await asking('/late'), {
    result: 'failure',
    why: 'status 200, but the answer does not hold "alive" (expectBody)',
  })
  t.match(await asking('/endless'), { result: 'failure' }, 'no more than 64 KiB are read')
  t.match(await probe(backend, check({ path: '/endless' })), { result: 'success' })
})

t.test('it believes whom requests believe', async (t) => {
  const { port, ca } = await startTlsBackend(t, ['localhost'])
  const url = `https://localhost:${port}`
  t.match(await probe(backendAt(url, { ca }), check({ host: 'moodle.example' })), { result: 'success' })
  t.match(await probe(backendAt(url), check()), {
    result: 'failure',
    why: /^its certificate is not trusted: no known authority has signed it; name the file/,
  })
})

t.test('a backend that is not there, and one that does not answer', async (t) => {
  t.match(await probe(backendAt(await deadUrl()), check()), { result: 'failure', why: /ECONNREFUSED/ })
  const { port, ca } = await startTlsBackend(t, ['localhost'], { answer() {} })
  const silent = backendAt(`https://localhost:${port}`, { ca })
  t.match(await probe(silent, check({ timeoutMs: 50 })), { result: 'timeout', why: 'no answer within 50 ms' })
})
