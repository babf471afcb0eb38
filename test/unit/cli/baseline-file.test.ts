import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readBaseline, readBaselineIfThere, writeBaseline } from '../../../src/cli/baseline/file.ts'
import { run } from '../../support/client-tools.ts'
import { baseline, protocolDay } from './baseline-support.ts'

const MODULE = import.meta.resolve('../../../src/cli/baseline/file.ts')
const WHOLE = baseline([{ 'http/1.1': protocolDay(50), h3: { requests: 0 } }])

t.test('what was written is read again, and nothing else is left', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'b.json')
  t.equal(readBaselineIfThere(file), undefined)
  writeBaseline(file, WHOLE)
  t.strictSame(readBaseline(file), WHOLE)
  t.strictSame(readdirSync(folder), ['b.json'])
  t.match(readFileSync(file, 'utf8'), /\[0\.1, 50\],\n +\[1, 100\],\n +\["\+Inf", 100\]/, 'a bucket a line')
})

t.test('what is no baseline is refused with a reason', async (t) => {
  const file = join(t.testdir(), 'b.json')
  const day = { ...WHOLE.days[0]!, protocols: { h3: { requests: 0 } } }
  const flaws: readonly (readonly [unknown, RegExp])[] = [
    [[], /does not say "format"/],
    [{ format: 'roam-baseline', version: 2 }, /its version is 2; this Roam reads version 1/],
    [{ ...WHOLE, job: 1 }, /job is no text/],
    [{ ...WHOLE, exportedAt: 'yesterday' }, /exportedAt is no date/],
    [{ ...WHOLE, days: [] }, /it has no days/],
    [{ ...WHOLE, days: [day, day] }, /its days overlap or are not in order/],
    [{ ...WHOLE, days: [day, { ...day, end: '2026-11-02T23:59:00.000Z' }] }, /its days overlap/],
    [{ ...WHOLE, days: [{ ...day, end: 'x' }] }, /days\[0\]\.end is no date/],
    [{ ...WHOLE, days: [{ ...day, coverage: null }] }, /days\[0\]\.coverage is no number/],
    [{ ...WHOLE, days: [{ ...day, packetsLost: -1 }] }, /days\[0\]\.packetsLost is no count/],
    [{ ...WHOLE, days: [{ ...day, migrations: {} }] }, /days\[0\]\.migrations are no counts/],
    [{ ...WHOLE, days: [{ ...day, protocols: { h3: {} } }] }, /\.protocols\["h3"\]\.requests is no count/],
    [
      { ...WHOLE, days: [{ ...day, protocols: { h3: { requests: 1, duration: [[1, 2]] } } }] },
      /\.protocols\["h3"\]\.duration is no histogram/,
    ],
  ]
  for (const [value, reason] of flaws) {
    writeFileSync(file, JSON.stringify(value))
    t.throws(() => readBaseline(file), { name: 'UserError', message: reason }, String(reason))
  }
  t.throws(() => readBaseline(join(file, '..', 'none.json')), { message: /none\.json does not exist/ })
})

t.test('a folder that is not there is told, not thrown', async (t) => {
  const file = join(t.testdir(), 'none', 'b.json')
  t.throws(() => writeBaseline(file, WHOLE), { name: 'UserError', message: /cannot be written \(ENOENT\)/ })
})

t.test('a disk that fills up leaves the old file', async (t) => {
  const file = join(t.testdir(), 'b.json')
  writeBaseline(file, WHOLE)
  const large = baseline(Array.from({ length: 200 }, () => ({ h3: protocolDay(50) })))
  const script = `import { writeBaseline } from ${JSON.stringify(MODULE)}
    try { writeBaseline(process.argv[1], JSON.parse(process.argv[2])) } catch ({ message }) { console.log(message) }`
  // No file may grow beyond 8 blocks: the first write is cut short, as on a full disk.
  const args = [process.execPath, '--input-type=module', '-e', script, file, JSON.stringify(large)]
  const { stdout } = await run('sh', ['-c', 'ulimit -f 8; exec "$@"', 'sh', ...args])
  t.match(stdout, `${file} cannot be written (EFBIG)`)
  t.strictSame(readBaseline(file), WHOLE)
  t.strictSame(readdirSync(join(file, '..')), ['b.json'])
})
