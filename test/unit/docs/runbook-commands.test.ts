/** What the runbook has one type at night, typed: each question to Roam is asked of a running one, and has an answer. */
import t from 'tap'
import { run, skipWithout } from '../../support/client-tools.ts'
import { startRoam } from '../../support/roam.ts'
import { markdownFiles } from './markdown.ts'

const [runbook] = await markdownFiles('docs/RUNBOOK.md')
const commands = new Set(
  runbook
    ?.code('sh')
    .flatMap((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('curl ') && line.includes('https://localhost:9443/')),
    ),
)

t.test(
  'every question to Roam in the runbook has an answer',
  { skip: skipWithout('curl', 'curl') },
  async (t) => {
    t.ok(commands.size > 10)
    const roam = await startRoam(t, { pool: 'health: { path: /admin/tool/heartbeat/ }' })
    for (const command of commands) {
      // Its last program decides: grep fails where it finds nothing.
      const { code, stdout, stderr } = await run('bash', [
        '-c',
        command.replaceAll(':9443/', `:${roam.port}/`),
      ])
      t.match({ code, stdout, stderr }, { code: 0, stdout: /\S/, stderr: '' }, command)
    }
  },
)
