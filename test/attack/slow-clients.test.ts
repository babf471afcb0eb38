/** Clients that take all the time there is: each is let go at its deadline, and nobody else notices (hardening 4, row 6). */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { encodeFields, Flag, FrameType, H2Raw } from '../support/h2-raw.ts'
import { startRawApp } from '../support/raw-app.ts'
import { openRaw, sendRaw } from '../support/raw-client.ts'

t.setTimeout(120_000)

const limits = {
  handshakeTimeoutMs: 400,
  headersTimeoutMs: 600,
  idleTimeoutMs: 800,
  bodyIdleTimeoutMs: 800,
  writeStallTimeoutMs: 800,
}
/** Deadlines are looked at once a second in places; more than this is too late. */
const LATE_MS = 3500
const roam = await startRawApp({ limits, backend: { answer: bigAnswer() } })
t.teardown(() => roam.close())

/** Far more than what socket buffers hold. */
function bigAnswer(): string {
  const body = 'x'.repeat(16 * 1024 * 1024)
  return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

const POST = [':method', 'POST', ':scheme', 'https', ':authority', 'roam.example', ':path', '/']
const GET = [':method', 'GET', ...POST.slice(2)]

await t.test('TCP without a ClientHello', async (t) => {
  t.ok((await sendRaw(roam.securePort, '', { waitMs: LATE_MS })).closed)
})

await t.test('half a ClientHello', async (t) => {
  t.ok((await sendRaw(roam.securePort, '\x16\x03\x01\x02\x00\x01', { waitMs: LATE_MS })).closed)
})

await t.test('H1: nothing', async (t) => {
  t.ok((await sendRaw(roam.plainPort, '', { waitMs: LATE_MS })).closed)
})

await t.test('H1: a head that never ends', async (t) => {
  const answer = await sendRaw(roam.plainPort, 'GET / HTTP/1.1\r\nHost: a\r\n', { waitMs: LATE_MS })
  t.same(answer.statuses, [408])
  t.ok(answer.closed)
})

await t.test('H1: a head that drips', async (t) => {
  const drops = Array.from({ length: 40 }, (_, i) =>
    i === 0 ? 'GET / HTTP/1.1\r\nHost: a\r\n' : `X-${i}: a\r\n`,
  )
  const answer = await sendRaw(roam.plainPort, drops, { pauseMs: 100, waitMs: 500 })
  t.same(answer.statuses, [408])
  t.ok(answer.closed)
})

await t.test('H1: a body that never comes', async (t) => {
  const answer = await sendRaw(roam.plainPort, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc', {
    waitMs: LATE_MS,
  })
  t.same(answer.statuses, [408])
  t.ok(answer.closed)
})

await t.test('H1: an answer that is never read', async (t) => {
  const socket = await openRaw(roam.plainPort)
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  t.ok(await ends(() => roam.records.some(({ error }) => error === 'CLIENT_GONE')), 'the request is given up')
  socket.destroy()
})

await t.test('H1: idle after an answer', async (t) => {
  const answer = await sendRaw(roam.plainPort, 'HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n', {
    waitMs: LATE_MS,
  })
  t.equal(answer.statuses.length, 1)
  t.ok(answer.closed)
})

await t.test('H2: no preface', async (t) => {
  const connection = await H2Raw.open(roam.securePort)
  await connection.until(() => connection.closed, LATE_MS)
  t.ok(connection.closed)
  connection.close()
})

await t.test('H2: HEADERS without END_HEADERS', async (t) => {
  const connection = await H2Raw.connect(roam.securePort)
  connection.send(FrameType.headers, Flag.endStream, 1, encodeFields(GET))
  await connection.until(() => connection.closed, LATE_MS)
  t.ok(connection.closed)
  connection.close()
})

await t.test('H2: CONTINUATION that drips', async (t) => {
  const connection = await H2Raw.connect(roam.securePort)
  connection.send(FrameType.headers, Flag.endStream, 1, encodeFields(GET))
  for (let i = 0; i < 40 && !connection.closed; i++) {
    connection.send(FrameType.continuation, 0, 1, encodeFields(['x-a', '1']))
    await sleep(100)
  }
  t.ok(connection.closed)
  connection.close()
})

await t.test('H2: a body that never ends', async (t) => {
  const connection = await H2Raw.connect(roam.securePort)
  connection.request(1, POST, false)
  connection.send(FrameType.data, 0, 1, Buffer.from('abc'))
  const { status, reset } = await connection.outcome(1, LATE_MS)
  t.ok(status === 408 || reset !== undefined, 'refused', { status, reset })
  connection.close()
})

await t.test('H2: a window that never opens', async (t) => {
  const gone = roam.records.length
  const connection = await H2Raw.connect(roam.securePort, [[4, 0]])
  connection.request(1, GET)
  t.ok(
    await ends(() => roam.records.slice(gone).some(({ error }) => error === 'CLIENT_GONE')),
    'the request is given up',
  )
  await connection.until(() => connection.reset(1) !== undefined, 1000)
  t.not(connection.reset(1), undefined, 'the stream is reset')
  connection.close()
})

await t.test('H2: idle', async (t) => {
  const connection = await H2Raw.connect(roam.securePort)
  await connection.until(() => connection.closed, LATE_MS)
  t.ok(connection.closed)
  connection.close()
})

await t.test('H2: idle but for PINGs', async (t) => {
  const connection = await H2Raw.connect(roam.securePort)
  for (let i = 0; i < 40 && !connection.closed; i++) {
    connection.send(FrameType.ping, 0, 0, Buffer.alloc(8))
    await sleep(100)
  }
  t.ok(connection.closed)
  connection.close()
})

await t.test('others are served meanwhile', async (t) => {
  const slow = await Promise.all(Array.from({ length: 200 }, () => openRaw(roam.plainPort)))
  for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: a\r\nX-')
  const response = await fetch(`http://127.0.0.1:${roam.plainPort}/`)
  t.equal(response.status, 200)
  await response.body?.cancel()
  for (const socket of slow) socket.destroy()
})

async function ends(condition: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < LATE_MS && !condition(); waited += 50) await sleep(50)
  return condition()
}
