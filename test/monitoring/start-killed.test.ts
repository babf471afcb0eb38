/** Parts that died, or hang, are told from those that run. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.setTimeout(110_000)
t.test(
  'a part that was killed, one that hangs, a process id of another',
  { skip: skipWithoutStack },
  async (t) => {
    const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
    t.teardown(() => roam.close())
    const stack = await makeStack({ roam: roam.port, ca: roam.caFile })
    t.teardown(() => stack.close())
    const pidFile = join(stack.folder, '.monitoring/run/prometheus.pid')
    const pid = (): number => Number(readFileSync(pidFile, 'utf8').split(' ')[0])

    t.equal((await stack.script()).code, 0)
    process.kill(pid(), 'SIGKILL')
    const again = await stack.script()
    t.equal(again.code, 0, again.stderr)
    t.match(again.stdout, /^prometheus is ready/m)
    t.match(again.stdout, /^alertmanager runs already/m)

    process.kill(pid(), 'SIGSTOP')
    const hangs = await stack.script()
    process.kill(pid(), 'SIGCONT')
    t.equal(hangs.code, 1)
    t.match(hangs.stderr, /prometheus runs \(process \d+\), but does not answer/)
    t.match(hangs.stderr, '--down')

    await stack.script('--down')
    writeFileSync(pidFile, `${process.pid} 1\n`)
    const down = await stack.script('--down')
    t.match(down.stdout, 'nothing was running', 'the process that has the number now is left alone')
  },
)
