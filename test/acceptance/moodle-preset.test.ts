/** The Moodle preset with the sizes and times of real life: a backup of 1 GB, a page of five minutes, a quiz of 3000. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { contentChunks, contentSha256 } from '../../demo/content.ts'
import { Browser, startPreset, startQuiz } from '../flow/moodle-preset-support.ts'
import { quinnGet, quinnUpload } from '../support/client-quinn.ts'

const asked = process.env['CI'] !== undefined || process.env['ROAM_TEST_LIVE'] !== undefined
const skip = asked ? false : 'takes 6 minutes: ROAM_TEST_LIVE=1 runs it'
const GIGABYTE = 1_000_000_000
const BACKUP = `/pluginfile.php/5/backup/course/course.mbz?size=${GIGABYTE}`
const FIVE_MINUTES = 300
/** Roam with its buffers for a few connections; a body that is kept would be ten times as much. */
const MOST_GROWTH = 150e6

t.setTimeout(15 * 60_000)
t.test('the Moodle preset', { skip }, async (t) => {
  const preset = await startPreset(t)
  const { port, ca, caFile, pid } = preset
  const memory = (): number =>
    1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const browser = new Browser(port, ca)
  t.teardown(() => browser.close())
  const reader = new Browser(port, ca)
  t.teardown(() => reader.close())
  // Beside everything else: it only has to go on.
  const page = reader.ask(`/stream/${FIVE_MINUTES}`)
  const expected = contentSha256(GIGABYTE)
  await browser.ask('/bytes/50000000')
  const before = memory()

  await t.test('a quiz of 3000 who start within 5 seconds', async (t) => {
    t.strictSame(await startQuiz(preset, { requests: 3000, overMs: 5000, costMs: 1000 }), { 200: 3000 })
    const metrics = await preset.metrics()
    const waited = metrics.histogram('quic_queue_wait_seconds', { pool: 'moodle' })
    t.ok(waited.count > 0, 'some had to wait')
    t.equal(metrics.value('quic_queue_rejected_total', { pool: 'moodle' }), 0)
  })

  await t.test('a backup of 1 GB over HTTP/2', async (t) => {
    t.match(await browser.ask(BACKUP), { status: 200, bytes: GIGABYTE, sha256: expected })
    const up = await browser.ask('/webservice/upload.php', { body: contentChunks(0, GIGABYTE) })
    t.match(JSON.parse(up.text), { bytes: GIGABYTE, sha256: expected })
  })

  await t.test('a backup of 1 GB over HTTP/3', async (t) => {
    const options = { ca: caFile, port, timeoutMs: 300_000 }
    const [down] = (await quinnGet({ ...options, path: BACKUP })).connections
    t.match(down?.requests, [{ status: 200, bytes: GIGABYTE, sha256: expected }])
    const [up] = (await quinnUpload({ ...options, path: '/webservice/upload.php' }, GIGABYTE)).connections
    t.match(up?.requests, [{ status: 200 }])
    const arrived = Math.max(
      ...preset.nodes.flatMap(({ ledger }) =>
        ledger.entries.filter(({ method }) => method === 'POST').map(({ bodyBytes }) => bodyBytes),
      ),
    )
    t.equal(arrived, GIGABYTE)
  })

  t.ok(memory() - before < MOST_GROWTH, `memory grew by ${((memory() - before) / 1e6).toFixed(0)} MB`)

  const { status, text, lastMs } = await page
  t.equal(status, 200)
  t.match(text, /Step 301 of 301/)
  t.ok(lastMs > FIVE_MINUTES * 1000)
})
