import t from 'tap'
import { roam } from './support.ts'

const preload = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process.stdout, 'write', { value() { throw new Error('a bug') } })",
)}`
const main = new URL('../../../src/main.ts', import.meta.url).pathname
const run = await roam(['init', '--force'], { cwd: t.testdir({}), program: ['--import', preload, main] })
t.equal(run.code, 70, 'a bug has an exit code of its own')
t.match(run.stderr, /^roam: internal error, please report it\nError: a bug\n {4}at /, 'and a stack trace')
