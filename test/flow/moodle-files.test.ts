/** Several ranges of a file at once, as a PDF reader asks for them; and a backup that nobody holds whole. */
import { createHash } from 'node:crypto'
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import { contentChunks, contentSha256 } from '../../demo/content.ts'

const backend = await startDemoBackend({ id: 'm1' })
t.teardown(() => backend.close())
const ask = (path: string, range: string) => fetch(backend.url + path, { headers: { range } })
const file = '/draftfile.php/5/user/draft/1/%C3%A4%20b.pdf?size=100000'

t.test('multipart/byteranges', async (t) => {
  const response = await ask(file, 'bytes=0-9, 70000-70004,-3')
  t.equal(response.status, 206)
  const [, boundary = ''] =
    /^multipart\/byteranges; boundary=(\S+)$/.exec(response.headers.get('content-type') ?? '') ?? []
  const body = Buffer.from(await response.arrayBuffer())
  t.equal(String(body.length), response.headers.get('content-length'))
  const whole = Buffer.concat([...contentChunks(0, 100_000)])
  const parts = body.toString('latin1').split(`\r\n--${boundary}`).slice(1, -1)
  const seen = parts.map((part) => {
    const end = part.indexOf('\r\n\r\n')
    const range = /content-range: (.*)/.exec(part.slice(0, end))?.[1]
    return [range, Buffer.from(part.slice(end + 4), 'latin1').toString('hex')]
  })
  t.strictSame(seen, [
    ['bytes 0-9/100000', whole.subarray(0, 10).toString('hex')],
    ['bytes 70000-70004/100000', whole.subarray(70_000, 70_005).toString('hex')],
    ['bytes 99997-99999/100000', whole.subarray(99_997).toString('hex')],
  ])
})

t.test('what cannot be had, and what cannot be read', async (t) => {
  t.equal((await ask(file, 'bytes=100000-,200000-')).status, 416)
  t.equal((await ask(file, 'bytes=0-1,200000-')).headers.get('content-range'), 'bytes 0-1/100000')
  t.equal((await ask(file, 'bytes=0-1,x')).status, 200)
  t.equal((await ask(file, `bytes=${'0-1,'.repeat(30)}2-3`)).status, 200)
})

t.test('a backup is what its hash says', async (t) => {
  const size = 20_000_000
  const response = await fetch(`${backend.url}/pluginfile.php/5/backup/course/course.mbz?size=${size}`)
  t.equal(response.headers.get('content-type'), 'application/vnd.moodle.backup')
  const hash = createHash('sha256')
  for await (const chunk of response.body!) hash.update(chunk as Uint8Array)
  t.equal(hash.digest('hex'), contentSha256(size))
})
