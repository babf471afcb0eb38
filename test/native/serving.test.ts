/** What the engine owes the listener above it: order, back-pressure, safety. */
import t from 'tap'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { authority, certificate, start } from './support.ts'

const ca = authority.cert
const at = (port: number) => ({ host: '127.0.0.1', port, serverName: 'localhost', ca })

void t.test('a response that the client does not read fast enough waits in JavaScript', async (t) => {
  const chunk = Buffer.alloc(16 * 1024, 'x')
  let [left, stops, waiting] = [256, 0, false]
  const { engine } = start((engine) => {
    const pump = (conn: number, stream: number) => {
      t.notOk(waiting, 'no write while waiting')
      while (left > 0) {
        left--
        if (!engine().write(conn, stream, chunk, left === 0)) {
          stops++
          waiting = true
          return
        }
      }
    }
    return {
      request: (conn, stream) => {
        engine().respond(conn, stream, 200, [], false)
        pump(conn, stream)
      },
      writable: (conn, stream) => {
        waiting = false
        pump(conn, stream)
      },
    }
  })
  const answer = await h3Get(at(engine.port))
  t.equal(answer.bodyBytes, 256 * chunk.length)
  t.ok(stops >= 16, `told to wait ${stops} times`)
  await engine.close()
})

void t.test('informational heads and trailers reach the client in order', async (t) => {
  const { engine } = start((engine) => ({
    request: (conn, stream) => {
      engine().inform(conn, stream, 103, ['link', '</style.css>; rel=preload'])
      engine().respond(conn, stream, 200, ['x-final', 'yes'], false)
      engine().write(conn, stream, Buffer.from('body'), false)
      engine().end(conn, stream, ['x-trailer', '1'])
    },
  }))
  t.match(await h3Get(at(engine.port)), { status: 200, headers: ['x-final', 'yes'], bodyBytes: 4 })
  await engine.close()
})

void t.test('fields that could split a response reset it instead', async (t) => {
  for (const value of ['a\r\nset-cookie: b', 'a\nb', 'a\0b', '\u010a', '\u0100']) {
    const { engine } = start((engine) => ({
      request: (conn, stream) => engine().respond(conn, stream, 200, ['x', value], true),
    }))
    await t.rejects(
      h3Get(at(engine.port)),
      { code: 'ERR_H3_CLOSED', message: /0x102/ },
      JSON.stringify(value),
    )
    await engine.close()
  }
})

void t.test('latin1 survives in both directions', async (t) => {
  const { engine } = start((engine) => ({
    request: (conn, stream, fields) => {
      const value = fields[fields.indexOf('x-name') + 1] ?? ''
      engine().respond(conn, stream, 200, ['X-Name', value], true)
    },
  }))
  const answer = await h3Get({ ...at(engine.port), headers: ['x-name', 'plain'] })
  t.same(answer.headers, ['x-name', 'plain'], 'names are sent in lower case')
  await engine.close()
})

void t.test('a handler that throws costs its own connection and no other', async (t) => {
  const errors: unknown[] = []
  const { engine, told } = start((engine) => ({
    request: (conn, stream, fields) => {
      if (fields.includes('/bad')) throw new Error('as it was asked to')
      engine().respond(conn, stream, 204, [], true)
    },
    onError: (_, error) => void errors.push(error),
  }))
  await t.rejects(h3Get({ ...at(engine.port), path: '/bad' }), { message: /0x102/ })
  t.match(await h3Get(at(engine.port)), { status: 204 })
  t.match(errors, [{ message: 'as it was asked to' }])
  t.ok(told.lines.includes('closed application_error by local'))
  await engine.close()
})

void t.test('certificates are replaced for new connections, or not at all', async (t) => {
  const { engine } = start()
  const leaf = async () => (await h3Get(at(engine.port))).certificates[0]?.toString('hex')
  const first = await leaf()
  const next = certificate()
  engine.setCertificates([next])
  const second = await leaf()
  t.not(second, first)
  t.throws(() => engine.setCertificates([{ ...next, key: certificate().key }]), { code: 'ERR_CERTIFICATE' })
  t.equal(await leaf(), second, 'the old ones stay')
  await engine.close()
})

void t.test('a drain lets the running request finish and refuses the next client', async (t) => {
  let finish = () => {}
  const { engine, told } = start((engine) => ({
    request: (conn, stream) => {
      finish = () => engine().respond(conn, stream, 200, ['x', 'finished'], true)
    },
  }))
  const running = h3Get(at(engine.port))
  while (!told.lines.includes('opened localhost')) await new Promise((done) => setTimeout(done, 5))
  const drained = engine.drain()
  await t.rejects(h3Get(at(engine.port)), { code: 'ERR_H3_CLOSED', message: /QUIC error 0x2/ })
  finish()
  t.match(await running, { status: 200, headers: ['x', 'finished'] })
  await drained
  t.ok(engine.counters().rejectedDraining >= 1)
  await engine.close()
})

void t.test('Retry is switched while the engine runs', async (t) => {
  const { engine } = start()
  await h3Get(at(engine.port))
  t.equal(engine.counters().retrySent, 0)
  engine.setAddressValidation('always')
  await h3Get(at(engine.port))
  const { retrySent, retryValidated, panics } = engine.counters()
  t.ok(retrySent >= 1)
  t.equal(retryValidated, 1)
  t.equal(panics, 0)
  await engine.close()
})
