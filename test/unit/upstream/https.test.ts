import t from 'tap'
import { createUpstream } from '../../../src/upstream/undici.ts'
import { startRawBackend } from '../../support/raw-backend.ts'
import { settled } from '../../support/virtual-time.ts'
import { ask, backendAt } from './support.ts'
import { startTlsBackend } from '../../support/tls-backend.ts'

const upstream = createUpstream()
t.teardown(() => upstream.close())

t.test('a backend is verified against the authority of its pool', async (t) => {
  const { port, ca, names } = await startTlsBackend(t, ['localhost'])
  const backend = backendAt(`https://localhost:${port}`, { ca })
  t.match(await ask(upstream, backend), { status: 200, body: 'secret' })
  t.strictSame(names, ['localhost'], 'and is told its name')
})

t.test('without it the certificate is not trusted, and the error says which key would', async (t) => {
  const { port } = await startTlsBackend(t, ['localhost'])
  await t.rejects(ask(upstream, backendAt(`https://localhost:${port}`)), {
    code: 'UPSTREAM_TLS',
    message:
      /^backend b \(https:\/\/localhost:\d+\): its certificate is not trusted: no known authority has signed it; name the file of its authority in pools\.moodle\.tls\.ca$/,
  })
})

t.test('no environment variable turns verification off', async (t) => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.teardown(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
  const { port } = await startTlsBackend(t, ['localhost'])
  await t.rejects(ask(upstream, backendAt(`https://localhost:${port}`)), { code: 'UPSTREAM_TLS' })
})

t.test('serverName is the name that is sent and verified', async (t) => {
  const { port, ca, names } = await startTlsBackend(t, ['moodle.internal'])
  const url = `https://127.0.0.1:${port}`
  t.match(await ask(upstream, backendAt(url, { ca, serverName: 'moodle.internal' })), { status: 200 })
  t.strictSame(names, ['moodle.internal'])
  await t.rejects(ask(upstream, backendAt(url, { ca })), {
    code: 'UPSTREAM_TLS',
    message:
      /it is for other names than this one; it was asked to be 127\.0\.0\.1; write one of its names \(DNS:moodle\.internal\) into pools\.moodle\.tls\.serverName$/,
  })
})

t.test('the Host field of a request has no say in it', async (t) => {
  const { port, ca, names } = await startTlsBackend(t, ['localhost', 'other.example'])
  const backend = backendAt(`https://localhost:${port}`, { ca })
  for (const host of ['other.example', 'third.example', '10.0.0.1']) {
    t.match(await ask(upstream, backend, { host }), { status: 200 })
    await settled()
  }
  t.strictSame(names, ['localhost'], 'one connection serves them all')
  const wrong = backendAt(`https://localhost:${port}`, { ca, serverName: 'wrong.example' })
  await t.rejects(ask(upstream, wrong, { host: 'other.example' }), { code: 'UPSTREAM_TLS' })
})

t.test('an address is verified as an address, and not sent as a name', async (t) => {
  const { port, ca, names } = await startTlsBackend(t, ['127.0.0.1', 'localhost'])
  t.match(await ask(upstream, backendAt(`https://127.0.0.1:${port}`, { ca })), { status: 200 })
  t.strictSame(names, [''])
})

t.test('a certificate that has expired', async (t) => {
  const { port, ca } = await startTlsBackend(t, ['localhost'], { now: new Date('2020-01-01') })
  await t.rejects(ask(upstream, backendAt(`https://localhost:${port}`, { ca })), {
    code: 'UPSTREAM_TLS',
    message: /not trusted: it has expired; renew it on the backend$/,
  })
})

t.test('a backend without TLS', async (t) => {
  const plain = await startRawBackend({ hangUp: true })
  t.teardown(() => plain.close())
  const { port } = new URL(plain.url)
  await t.rejects(ask(upstream, backendAt(`https://127.0.0.1:${port}`)), { code: /^UPSTREAM_/ })
  const { port: encrypted } = await startTlsBackend(t, ['localhost'])
  await t.rejects(ask(upstream, backendAt(`http://localhost:${encrypted}`)), { code: /^UPSTREAM_/ })
})
