/** Two starts at the same moment start each part once, and both end well. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.setTimeout(110_000)
t.test('twice at once', { skip: skipWithoutStack }, async (t) => {
  const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
  t.teardown(() => roam.close())
  const stack = await makeStack({ roam: roam.port, ca: roam.caFile })
  t.teardown(() => stack.close())

  const both = await Promise.all([stack.script(), stack.script()])
  t.same(
    both.map(({ code }) => code),
    [0, 0],
    both.map(({ stderr }) => stderr).join('\n'),
  )
  const said = both.map(({ stdout }) => stdout).join('\n')
  for (const part of ['prometheus', 'alertmanager', 'node-exporter']) {
    const pid = new RegExp(`^${part} is ready \\(process (\\d+)\\)$`, 'm').exec(said)?.[1]
    t.match(said, `${part} runs already (process ${pid})`)
  }
  t.match(said, /another .* is at work: waiting for it/)
  t.notOk(readdirSync(join(stack.folder, '.monitoring/run')).includes('turn'), 'nothing is left behind')
})
