/** Backends are untrusted too: whatever they answer, the client gets a whole answer, a 502 or a visible cut. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { sendRaw } from '../support/raw-client.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** 502 instead of the answer. */
const BROKEN: Readonly<Record<string, string>> = {
  'status 099': 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n',
  'status 999': 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n',
  'no HTTP': 'hello there\r\n\r\n',
  'length beside chunks':
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!',
  'signed length': 'HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok',
  'folded field': 'HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\ncontent-length: 2\r\n\r\nok',
  'NUL in a field': 'HTTP/1.1 200 OK\r\nx-a: b\0c\r\ncontent-length: 2\r\n\r\nok',
  'space before the colon': 'HTTP/1.1 200 OK\r\nx-a : b\r\ncontent-length: 2\r\n\r\nok',
  'head of 64 KiB': `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(65_536)}\r\ncontent-length: 2\r\n\r\nok`,
  'switching protocols unasked':
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
}

for (const [name, answer] of Object.entries(BROKEN)) {
  await t.test(name, async (t) => {
    const roam = await startRawApp({ backend: { answer }, protocols: ['http/1.1'] })
    const { statuses, text } = await sendRaw(roam.plainPort, GET, { waitMs: 3000 })
    t.same(statuses, [502])
    t.match(text, 'UPSTREAM_')
    t.notMatch(text, '127.0.0.1')
    await roam.close()
  })
}

await t.test('a thousand interim answers', async (t) => {
  const answer = `${'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'.repeat(1000)}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`
  const roam = await startRawApp({ backend: { answer }, protocols: ['http/1.1'] })
  const { statuses } = await sendRaw(roam.plainPort, GET, { waitMs: 3000 })
  t.equal(statuses.at(-1), 200)
  await roam.close()
})

await t.test(
  'an answer nobody asked for does not become the next one’s (response-queue poisoning)',
  async (t) => {
    const answer =
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'
    const roam = await startRawApp({ backend: { answer }, protocols: ['http/1.1'] })
    for (let i = 0; i < 10; i++) {
      const { text } = await sendRaw(roam.plainPort, GET, { waitMs: 3000 })
      t.notMatch(text, 'evil')
    }
    await roam.close()
  },
)

await t.test('line breaks and orders to web servers do not reach the client', async (t) => {
  const answer =
    'HTTP/1.1 200 OK\r\nx-accel-redirect: /secret\r\nx-sendfile: /etc/passwd\r\nconnection: x-hop\r\nx-hop: 1\r\ncontent-length: 2\r\n\r\nok'
  const roam = await startRawApp({ backend: { answer }, protocols: ['http/1.1'] })
  const { text } = await sendRaw(roam.plainPort, GET, { waitMs: 3000 })
  t.match(text, 'HTTP/1.1 200')
  t.notMatch(text, /x-accel|x-sendfile|x-hop/)
  await roam.close()
})

for (const [name, answer] of Object.entries({
  'a body that is too short': 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\nshort',
  'chunks without an end':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n5\r\nshort\r\n',
})) {
  await t.test(`${name} is a cut the client can see`, async (t) => {
    const roam = await startRawApp({ backend: { answer, hangUp: true }, protocols: ['http/1.1'] })
    const { text, closed } = await sendRaw(roam.plainPort, GET, { waitMs: 3000 })
    t.ok(closed)
    t.notMatch(text, '\r\n0\r\n\r\n')
    t.match(text, /HTTP\/1\.1 (502|200)/)
    t.ok(await settled(() => roam.records.at(-1)?.error !== undefined), 'recorded as a failure')
    await roam.close()
  })
}

async function settled(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 20 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  return condition()
}
