import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type Roam, startRoam } from '../support/roam.ts'
import { FakeClock, settled } from '../support/virtual-time.ts'

const GET = 'GET /delay/0 HTTP/1.1\r\nhost: localhost\r\n\r\n'

/** A connection that has had one answer and is kept alive. */
async function idleConnection(t: Test, roam: Roam): Promise<Socket> {
  const socket = connect(roam.plainPort, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(GET)
  await once(socket, 'data')
  socket.pause()
  return socket
}

t.test(
  'http/1.1: what a client asks in the moment that a drain begins is answered, and the connection ends',
  async (t) => {
    const roam = await startRoam(t)
    const [asksNow, asksBefore, sendsHalf] = await Promise.all([1, 2, 3].map(() => idleConnection(t, roam)))
    sendsHalf!.write(GET.slice(0, 20))
    asksBefore!.write(GET)
    const drained = roam.app.drain()
    asksNow!.write(GET)
    setTimeout(() => sendsHalf!.write(GET.slice(20)), 700)
    for (const answer of await Promise.all(
      [asksNow!, asksBefore!, sendsHalf!].map((socket) => text(socket)),
    )) {
      t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
      t.match(answer, /\r\nconnection: close\r\n/i)
      t.match(answer, /b1\n/)
    }
    await drained
  },
)

t.test('http/1.1: a client that asks for nothing is left alone for five seconds', async (t) => {
  const clock = new FakeClock()
  const roam = await startRoam(t, { clock })
  const socket = await idleConnection(t, roam)
  const ended = once(socket, 'close')
  const drained = roam.app.drain()
  clock.advance(4_900)
  await settled()
  socket.write(GET)
  socket.resume()
  t.match(String(await once(socket, 'data')), /^HTTP\/1\.1 200/)
  await ended
  await drained
})

t.test('http/1.1: after that its connection is closed, and the drain is over', async (t) => {
  const clock = new FakeClock()
  const roam = await startRoam(t, { clock })
  const socket = await idleConnection(t, roam)
  const spare = connect(roam.plainPort, '127.0.0.1')
  t.teardown(() => spare.destroy())
  await once(spare, 'connect')
  const ended = Promise.all([once(socket, 'close'), once(spare, 'close')])
  socket.resume()
  spare.resume()
  const drained = roam.app.drain()
  clock.advance(6_000)
  await ended
  await drained
})
