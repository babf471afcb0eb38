import { createHash } from 'node:crypto'
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import { contentSha256 } from '../../demo/content.ts'

const backend = await startDemoBackend({ id: 'm1' })
t.teardown(() => backend.close())
const file = '/pluginfile.php/5/a%2Fb//c.bin?size=200000'
const ask = (path: string, headers: Record<string, string> = {}) => fetch(backend.url + path, { headers })
const sha256 = (bytes: ArrayBuffer) => createHash('sha256').update(new Uint8Array(bytes)).digest('hex')

t.test('files, ranges and uploads are what they claim to be', async (t) => {
  const whole = Buffer.from(await (await ask(file)).arrayBuffer())
  t.equal(
    sha256(whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length)),
    contentSha256(200_000),
  )
  t.equal((await ask(file)).headers.get('x-file-argument'), '/pluginfile.php/5/a%2Fb//c.bin', 'byte for byte')

  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=65530-65540', 65_530, 65_541],
    ['bytes=199999-', 199_999, 200_000],
    ['bytes=-5', 199_995, 200_000],
    ['bytes=100-999999', 100, 200_000],
  ] as const) {
    const part = await ask(file, { range })
    t.equal(part.status, 206, range)
    t.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/200000`)
    t.ok(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(start, end)), 'the right bytes')
  }
  const beyond = await ask(file, { range: 'bytes=200000-' })
  t.equal(beyond.status, 416)
  t.equal(beyond.headers.get('content-range'), 'bytes */200000')
  t.equal((await ask(file, { range: 'bytes=0-1', 'if-range': '"old"' })).status, 200)
  t.equal((await ask(file, { range: 'bytes=0-1', 'if-range': '"demo-200000"' })).status, 206)
  t.equal((await ask(`${file}&ranges=none`, { range: 'bytes=0-1' })).headers.get('accept-ranges'), 'none')

  t.equal(sha256(await (await ask('/bytes/10485760')).arrayBuffer()), contentSha256(10_485_760))
  t.equal((await ask('/bytes/100000?chunked')).headers.get('content-length'), null)
  const upload = await fetch(`${backend.url}/upload`, { method: 'POST', body: whole })
  t.match(await upload.json(), { bytes: 200_000, sha256: contentSha256(200_000) })
  t.match(backend.ledger.entries.at(-1), {
    method: 'POST',
    target: '/upload',
    bodyBytes: 200_000,
    finished: true,
  })
})
