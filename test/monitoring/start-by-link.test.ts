/** The script finds its files from wherever it is called, by whatever name. */
import { symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../support/client-tools.ts'

const script = fileURLToPath(new URL('../../start-monitoring.sh', import.meta.url))

t.test('a link elsewhere', async (t) => {
  const link = join(t.testdir(), 'roam monitoring')
  symlinkSync(script, link)
  const { code, stdout, stderr } = await run(link, ['--help'])
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(stdout, 'Usage:')
})

t.test('a path that CDPATH would lead astray', async (t) => {
  const root = dirname(script)
  const astray = t.testdir({ [basename(root)]: {} })
  const { stdout, stderr } = await run('bash', [join(basename(root), basename(script)), '--help'], {
    cwd: dirname(root),
    env: { ...process.env, CDPATH: astray },
  })
  t.equal(stderr, '')
  t.match(stdout, /^Usage:/)
})
