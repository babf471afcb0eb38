/** The configuration of the preset under what a Moodle does; test/acceptance/ has the same with sizes and times of real life. */
import t from 'tap'
import { contentChunks, contentSha256 } from '../../demo/content.ts'
import { Browser, startPreset, startQuiz } from './moodle-preset-support.ts'

const preset = await startPreset(t)
const { port, ca, nodes } = preset

t.test('a student stays at one node: before the login, after it, and on a new connection', async (t) => {
  const browser = new Browser(port, ca)
  const { headers } = await browser.ask('/login/index.php')
  const node = headers['x-backend']
  const guest = browser.cookies.get('MoodleSession')
  const login = await browser.ask('/login/index.php', { body: [Buffer.from('username=anna')] })
  t.equal(login.status, 303)
  t.not(browser.cookies.get('MoodleSession'), guest)
  const seen = new Set<unknown>([login.headers['x-backend']])
  for (let i = 0; i < 20; i++) seen.add((await browser.ask('/my/')).headers['x-backend'])
  browser.close()
  const moved = new Browser(port, ca)
  for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
  const { headers: later, text } = await moved.ask('/my/')
  seen.add(later['x-backend'])
  t.match(text, /logged in as <strong>anna</)
  moved.close()
  t.strictSame([...seen], [node])
})

t.test('the app stays at one node by its token, and gets no cookie', async (t) => {
  const browser = new Browser(port, ca)
  t.teardown(() => browser.close())
  const seen = new Set<unknown>()
  for (let i = 0; i < 10; i++) {
    const { headers } = await browser.ask(`/webservice/rest/server.php?wstoken=0a1b2c&wsfunction=f${i}`)
    seen.add(headers['x-backend'])
  }
  t.equal(seen.size, 1)
  t.equal(browser.cookies.size, 0)
})

t.test('a backup goes both ways, and a video is wound forward', async (t) => {
  const browser = new Browser(port, ca)
  t.teardown(() => browser.close())
  const size = 30_000_000
  const down = await browser.ask(`/pluginfile.php/5/backup/course/course.mbz?size=${size}`)
  t.match(down, { status: 200, bytes: size, sha256: contentSha256(size) })
  const up = await browser.ask('/webservice/upload.php', { body: contentChunks(0, size) })
  t.match(JSON.parse(up.text), { bytes: size, sha256: contentSha256(size) })
  const part = await browser.ask(`/pluginfile.php/5/mod_resource/content/1/film.mp4?size=${size}`, {
    headers: { range: 'bytes=20000000-20000099' },
  })
  t.match(part, { status: 206, bytes: 100, headers: { 'content-range': `bytes 20000000-20000099/${size}` } })
})

t.test('progress is shown as it is written', async (t) => {
  const browser = new Browser(port, ca)
  t.teardown(() => browser.close())
  const { text, firstMs, lastMs } = await browser.ask('/backup/backup.php?pieces=5&interval=200')
  t.match(text, /Step 5 of 5/)
  t.ok(lastMs - firstMs > 600, `first after ${firstMs.toFixed(0)} ms, last after ${lastMs.toFixed(0)} ms`)
})

t.test('the start of a quiz waits in the queue, and nobody is turned away', async (t) => {
  t.strictSame(await startQuiz(preset, { requests: 900, overMs: 300, costMs: 400 }), { 200: 900 })
  const metrics = await preset.metrics()
  t.ok(metrics.value('quic_queue_wait_seconds_count', { pool: 'moodle' }) > 0, 'some had to wait')
  const posts = nodes.reduce((sum, { ledger }) => sum + ledger.count('POST', '/mod/quiz/'), 0)
  t.equal(posts, 900, 'each arrived once')
})
