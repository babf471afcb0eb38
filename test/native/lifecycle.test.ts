/** An engine starts, serves, and leaves nothing behind. */
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createEngine } from '../../src/listener/quic/engine.ts'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { authority, options, start } from './support.ts'

const ca = authority.cert
const at = (port: number, path = '/') => ({ host: '127.0.0.1', port, serverName: 'localhost', path, ca })
const silent = start().engine

void t.test('a request is answered', async (t) => {
  const { engine, told } = start()
  const answer = await h3Get(at(engine.port, '/hello?x=1'))
  t.match(answer, { status: 200, bodyBytes: 5, alpn: 'h3', headers: ['content-type', 'text/plain'] })
  t.ok(answer.rttSeconds > 0 && answer.firstByteSeconds >= answer.handshakeSeconds)
  await engine.close()
  t.same(told.lines.slice(0, 2), ['opened localhost', 'request /hello?x=1'])
  t.equal(told.lines.at(-1), 'closed no_error by peer')
  t.match(told.samples, [{ final: true }])
})

void t.test('a port in use is named', async (t) => {
  const { engine } = start()
  const handler = {} as Parameters<typeof createEngine>[2]
  const again = () => createEngine({ host: '127.0.0.1', port: engine.port }, options(), handler)
  t.throws(again, { code: 'EADDRINUSE', message: /127\.0\.0\.1/ })
  await engine.close()
})

void t.test('settings that cannot work are refused before anything runs', (t) => {
  const refuse = (changes: Partial<ReturnType<typeof options>>) => () =>
    createEngine({ host: '127.0.0.1', port: 0 }, options(changes), {} as Parameters<typeof createEngine>[2])
  t.throws(refuse({ certificates: [] }), { code: 'ERR_CERTIFICATE' })
  t.throws(refuse({ certificates: [{ cert: 'x', key: 'y', names: ['a.example'] }] }), {
    code: 'ERR_CERTIFICATE',
    message: /a\.example/,
  })
  t.throws(refuse({ secret: new Uint8Array(31) }), { code: 'ERR_INVALID_ARG_VALUE' })
  t.end()
})

void t.test('closing frees the port and resolves more than once', async (t) => {
  const { engine } = start()
  await Promise.all([engine.close(), engine.close(), engine.drain()])
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(engine.port, '127.0.0.1', resolve)
  })
  socket.close()
  t.pass('bound')
})

void t.test('a thousand engines come and go', async (t) => {
  for (let round = 0; round < 10; round++) {
    const engines = Array.from({ length: 100 }, () => start().engine)
    await Promise.all(engines.map((engine) => engine.close()))
  }
  t.pass('all of them')
})

void t.test('connections that are alive do not outlast their engine', async (t) => {
  const { engine, told } = start(() => ({ request: () => {} }))
  const asked = h3Get(at(engine.port)).then(
    () => 'answered',
    (error: unknown) => (error as { code: string }).code,
  )
  while (!told.lines.includes('opened localhost')) await new Promise((done) => setTimeout(done, 5))
  await engine.close()
  t.equal(await asked, 'ERR_H3_CLOSED')
})

void t.test('an engine keeps its process alive until it is closed, and no longer', (t) => {
  const script = (end: string) => `
    import { start } from ${JSON.stringify(new URL('./support.ts', import.meta.url).href)}
    const { engine } = start()
    setTimeout(() => { console.log('alive'); ${end} }, 300).unref()`
  const run = (end: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script(end)], {
      encoding: 'utf8',
      timeout: 20_000,
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    })
  t.match(run('engine.close()'), { status: 0, stdout: /alive/ })
  t.match(run('process.exit(7)'), { status: 7, stdout: /alive/ }, 'process.exit() does not wait or crash')
  t.end()
})

void t.test('a client without an engine says who is missing', async (t) => {
  const port = silent.port
  await silent.close()
  await t.rejects(h3Get(at(port)), { code: 'ECONNREFUSED' })
  await t.rejects(h3Get({ host: 'no.such.host.invalid', port }), { code: 'ENOTFOUND' })
})
