import { once } from 'node:events'
import http2 from 'node:http2'
import t, { type Test } from 'tap'
import { type Roam, startRoam } from '../support/roam.ts'

function open(t: Test, roam: Roam): http2.ClientHttp2Session {
  const session = http2.connect(`https://127.0.0.1:${roam.port}`, { ca: roam.ca, servername: 'localhost' })
  t.teardown(() => session.destroy())
  return session
}

/** The status, or the code of the stream's end. */
function get(session: http2.ClientHttp2Session, path: string): Promise<number> {
  const stream = session.request({ ':path': path })
  stream.on('error', () => {})
  stream.resume()
  return new Promise((resolve) => {
    stream.on('response', (headers) => resolve(Number(headers[':status'])))
    stream.on('close', () => resolve(stream.rstCode))
  })
}

t.test(
  'h2: what a client asks in the moment that a drain begins is answered, or provably not acted on',
  async (t) => {
    const roam = await startRoam(t, { host: '127.0.0.1' })
    const session = open(t, roam)
    t.equal(await get(session, '/delay/0'), 200)
    const errors: unknown[] = []
    session.on('error', (error) => errors.push(error))
    const running = get(session, '/delay/500')
    await once(roam.events, 'backend:selected')
    const before = roam.backends[0]!.ledger.entries.length
    const drained = roam.app.drain()
    const racing = await get(session, '/delay/1')
    const asked = roam.backends[0]!.ledger.entries.length > before
    t.ok(
      asked ? racing === 200 : racing === http2.constants.NGHTTP2_REFUSED_STREAM,
      `${racing}, backend asked: ${asked}`,
    )
    t.equal(await running, 200)
    await drained
    t.strictSame(errors, [], 'the connection ends without an error')
  },
)

t.test('h2: a client whose handshake is under way when a drain begins is served', async (t) => {
  const roam = await startRoam(t, { host: '127.0.0.1' })
  const accepted = new Promise<void>((resolve) => roam.events.once('connection:open', () => resolve()))
  const session = open(t, roam)
  const answer = get(session, '/delay/300')
  await once(session.socket, 'connect').catch(() => {})
  const drained = roam.app.drain()
  t.equal(await answer, 200)
  await accepted
  await drained
})
