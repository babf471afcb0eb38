/** One connection that works hard to make Roam work harder (hardening section 4). */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { encodeFields, Flag, frame, FrameType, H2Raw, uint32 } from '../support/h2-raw.ts'
import { startRawApp } from '../support/raw-app.ts'

const GET = [':method', 'GET', ':scheme', 'https', ':authority', 'roam.example', ':path', '/']
/** Twice the burst of resets that a session may have: the most that may reach a backend. */
const MOST_UPSTREAM = 200
const MEGABYTE = 1024 * 1024
/** What a flood may cost while the test's own client lives in the same process. */
const MOST_GROWTH = 64 * MEGABYTE

async function flood(
  t: { teardown(fn: () => unknown): void },
  settings: readonly (readonly [number, number])[] = [],
): Promise<{ roam: Awaited<ReturnType<typeof startRawApp>>; connection: H2Raw }> {
  const roam = await startRawApp({ backend: { delayMs: 100 } })
  const connection = await H2Raw.connect(roam.securePort, settings)
  t.teardown(async () => {
    connection.close()
    await roam.close()
  })
  await connection.until(() => connection.frames.length > 0)
  return { roam, connection }
}

const headers = (stream: number, endStream = true): Buffer =>
  frame(FrameType.headers, Flag.endHeaders | (endStream ? Flag.endStream : 0), stream, encodeFields(GET))

/** Writes frames for odd stream numbers until the server has had enough. */
async function hammer(connection: H2Raw, times: number, frames: (stream: number) => Buffer[]): Promise<void> {
  for (let i = 0; i < times && !connection.closed && connection.goaway === undefined; i += 100) {
    const batch = Array.from({ length: 100 }, (_, k) => frames((i + k) * 2 + 1)).flat()
    connection.write(Buffer.concat(batch))
    await sleep(1)
  }
}

await t.test('rapid reset (CVE-2023-44487)', async (t) => {
  const { roam, connection } = await flood(t)
  await hammer(connection, 10_000, (stream) => [
    headers(stream),
    frame(FrameType.rstStream, 0, stream, uint32(8)),
  ])
  t.ok(
    await connection.until(() => connection.goaway !== undefined || connection.closed),
    'the connection is given up',
  )
  t.ok(roam.records.length <= MOST_UPSTREAM, 'few requests reached the application', {
    requests: roam.records.length,
  })
  await sleep(1000)
  t.ok(roam.backend.requests.length <= MOST_UPSTREAM, 'few requests upstream', {
    requests: roam.backend.requests.length,
  })
  t.equal(roam.backend.open, 0, 'nothing is left running upstream')
  t.ok(await roam.alive(), 'alive')
})

const MADE: Readonly<Record<string, (stream: number) => Buffer[]>> = {
  'WINDOW_UPDATE of 0': (stream) => [
    headers(stream, false),
    frame(FrameType.windowUpdate, 0, stream, uint32(0)),
  ],
  'WINDOW_UPDATE that overflows': (stream) => [
    headers(stream, false),
    frame(FrameType.windowUpdate, 0, stream, uint32(0x7fffffff)),
  ],
  'PRIORITY of a wrong size': (stream) => [
    headers(stream, false),
    frame(FrameType.priority, 0, stream, uint32(0)),
  ],
  'DATA behind the end': (stream) => [headers(stream), frame(FrameType.data, 0, stream, Buffer.from('x'))],
  'malformed head': (stream) => [
    frame(FrameType.headers, Flag.endHeaders, stream, encodeFields([...GET, 'connection', 'x'])),
  ],
  'stream that depends on itself': (stream) => [
    headers(stream, false),
    frame(FrameType.priority, 0, stream, Buffer.concat([uint32(stream), Buffer.of(1)])),
  ],
}
for (const [name, frames] of Object.entries(MADE)) {
  await t.test(`MadeYouReset (CVE-2025-8671): ${name}`, async (t) => {
    const { roam, connection } = await flood(t)
    await hammer(connection, 5000, frames)
    await connection.until(() => connection.goaway !== undefined || connection.closed, 500)
    t.ok(
      roam.records.length <= MOST_UPSTREAM || connection.goaway === undefined,
      'resets that Roam is made to send are counted',
      {
        requests: roam.records.length,
      },
    )
    await sleep(1000)
    t.ok(roam.backend.requests.length <= MOST_UPSTREAM, 'few requests upstream', {
      requests: roam.backend.requests.length,
    })
    t.ok(await roam.alive(), 'alive')
  })
}

await t.test('CONTINUATION without end (CVE-2024-27983)', async (t) => {
  const { roam, connection } = await flood(t)
  const before = process.memoryUsage().rss
  connection.send(FrameType.headers, Flag.endStream, 1, encodeFields(GET))
  for (let i = 0; i < 500 && !connection.closed; i++) {
    connection.write(
      Buffer.concat(
        Array.from({ length: 100 }, () => frame(FrameType.continuation, 0, 1, Buffer.from('\0\x01a\x01b'))),
      ),
    )
    await sleep(0)
  }
  t.ok(
    await connection.until(() => connection.goaway !== undefined || connection.closed),
    'the connection is given up',
  )
  t.ok(process.memoryUsage().rss - before < MOST_GROWTH, 'memory stays flat')
  t.equal(roam.backend.bytes, '', 'nothing upstream')
  t.ok(await roam.alive(), 'alive')
})

const ANSWERED: Readonly<Record<string, Buffer>> = {
  PING: frame(FrameType.ping, 0, 0, Buffer.alloc(8)),
  SETTINGS: frame(FrameType.settings, 0, 0),
}
for (const [name, one] of Object.entries(ANSWERED)) {
  await t.test(`${name} without reading the answers (CVE-2019-9512, -9515)`, async (t) => {
    const { roam, connection } = await flood(t)
    connection.socket.pause()
    const before = process.memoryUsage().rss
    const batch = Buffer.concat(Array.from({ length: 1000 }, () => one))
    for (
      let i = 0;
      i < 500 && connection.socket.writable && connection.socket.writableLength < MEGABYTE;
      i++
    ) {
      connection.write(batch)
      await sleep(0)
    }
    await sleep(300)
    const growth = process.memoryUsage().rss - before
    t.ok(growth < MOST_GROWTH, 'memory stays flat', { megabytes: Math.round(growth / MEGABYTE) })
    t.ok(await roam.alive(), 'alive')
  })
}

await t.test('empty DATA frames (CVE-2019-9518)', async (t) => {
  const { roam, connection } = await flood(t)
  connection.request(1, [':method', 'POST', ...GET.slice(2)], false)
  const batch = Buffer.concat(Array.from({ length: 1000 }, () => frame(FrameType.data, 0, 1)))
  for (let i = 0; i < 100 && !connection.closed; i++) {
    connection.write(batch)
    await sleep(0)
  }
  await sleep(200)
  t.ok(await roam.alive(), 'alive')
})

await t.test('HTTP/2 bomb: tiny references to a field, answers never taken (CVE-2026-49975)', async (t) => {
  // SETTINGS_INITIAL_WINDOW_SIZE 0: no answer can leave.
  const { roam, connection } = await flood(t, [[4, 0]])
  const before = process.memoryUsage().rss
  // With incremental indexing (RFC 7541 §6.2.1): from now on one byte, 0xbe, is the whole field.
  const seed = Buffer.concat([
    encodeFields(GET),
    Buffer.from('\x40\x06cookie\x20' + 'c'.repeat(32), 'latin1'),
  ])
  connection.send(FrameType.headers, Flag.endHeaders | Flag.endStream, 1, seed)
  const block = Buffer.concat([encodeFields(GET), Buffer.alloc(90, 0xbe)])
  for (let i = 1; i < 4000 && !connection.closed && connection.goaway === undefined; i++) {
    connection.send(FrameType.headers, Flag.endHeaders | Flag.endStream, i * 2 + 1, block)
    if (i % 100 === 0) await sleep(1)
  }
  await sleep(500)
  const growth = process.memoryUsage().rss - before
  t.ok(growth < MOST_GROWTH, 'memory stays flat', { megabytes: Math.round(growth / MEGABYTE) })
  t.ok(roam.backend.requests.length <= 200, 'streams beyond the limit are refused', {
    requests: roam.backend.requests.length,
  })
  t.ok(await roam.alive(), 'alive')
})

await t.test('more streams at once than announced', async (t) => {
  const { roam, connection } = await flood(t)
  for (let i = 0; i < 300; i++) connection.write(headers(i * 2 + 1))
  await connection.until(() => connection.goaway !== undefined, 500)
  t.ok(roam.backend.requests.length <= 200, 'refused', { requests: roam.backend.requests.length })
  t.ok(await roam.alive(), 'alive')
})
