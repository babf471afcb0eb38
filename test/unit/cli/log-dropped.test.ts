import { execFileSync } from 'node:child_process'
import { constants, createReadStream, openSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LogOutput } from '../../../src/cli/log-output.ts'

t.test('lines that nobody reads are dropped and counted, and the next reader is told', async (t) => {
  const pipe = join(t.testdir({}), 'pipe')
  execFileSync('mkfifo', [pipe])
  const told = Promise.withResolvers<number>()
  const output = new LogOutput(openSync(pipe, constants.O_RDWR), told.resolve)

  // More than may wait, in lines of 1 KiB.
  const line = `${'x'.repeat(1023)}\n`
  for (let index = 0; index < 9 * 1024; index++) output.write(line)
  // 1024 too many, and what the pipe took or was not flushed yet.
  t.ok(output.dropped > 900 && output.dropped < 1100, `${output.dropped} lines`)

  const reader = createReadStream(pipe).resume()
  t.teardown(() => reader.destroy())
  t.equal(await told.promise, output.dropped)
  await output.close()
})
