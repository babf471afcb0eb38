import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const [one, two] = await Promise.all(['one', 'two'].map((id) => startDemoBackend({ id })))
t.teardown(() => Promise.all([one!.close(), two!.close()]))

const config = (url: string, more = '') => `
listeners: [{ address: "127.0.0.1:0" }]
pools: { p: { backends: [{ id: b1, url: "${url}" }]${more} } }
routes: [{ pool: p }]
log: { format: json }
`

type Line = Readonly<Record<string, unknown>> & { readonly msg: string }

/** A process that listens. `line` resolves with the next line of its log that says this. */
async function start(
  t: Test,
  more = '',
): Promise<{
  file: string
  kill: (signal: NodeJS.Signals) => void
  line: (text: string) => Promise<Line>
  ask: () => Promise<string>
}> {
  const cwd = t.testdir({ 'roam.yaml': config(one!.url) + more })
  const child = spawn(process.execPath, [main, 'start'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const lines = on(createInterface(child.stdout), 'line') as AsyncIterableIterator<[string]>
  const line = async (text: string): Promise<Line> => {
    for (;;) {
      const { value } = (await lines.next()) as { value: [string] }
      const parsed = JSON.parse(value[0]) as Line
      if (parsed.msg.includes(text)) return parsed
    }
  }
  const { msg } = await line('listening on')
  const port = /:(\d+)$/.exec(msg)![1]!
  return {
    file: join(cwd, 'roam.yaml'),
    kill: (signal) => void child.kill(signal),
    line,
    ask: async () => (await fetch(`http://127.0.0.1:${port}/delay/0`)).text(),
  }
}

t.test('SIGHUP puts what the file says in force, or says why not', async (t) => {
  const { file, kill, line, ask } = await start(t)
  t.equal(await ask(), 'one\n')
  writeFileSync(file, config(two!.url))
  kill('SIGHUP')
  t.match(await line('configuration reloaded'), {
    'roam.trigger': 'signal',
    'roam.changes': ['backend b1 changed'],
  })
  t.equal(await ask(), 'two\n')

  writeFileSync(file, config(one!.url, ', policy: luck'))
  kill('SIGHUP')
  const refused = await line('configuration refused')
  t.match(refused, { level: 'error', 'roam.why': /roam\.yaml:3: pools\.p\.policy: / })
  t.equal(await ask(), 'two\n')

  writeFileSync(file, `${config(one!.url)}limits: { maxConnections: 7 }\n`)
  kill('SIGHUP')
  t.match(await line('configuration refused'), {
    'roam.why': /^limits\.maxConnections cannot change.*--takeover/,
  })
})

t.test(
  'a file that is renamed into place is noticed; a broken one is refused, and the next one tried',
  async (t) => {
    const { file, line, ask } = await start(t, 'reloadOnChange: on\n')
    writeFileSync(file, 'listeners: [')
    t.match(await line('configuration refused'), { 'roam.trigger': 'file' })
    t.equal(await ask(), 'one\n')
    writeFileSync(`${file}.new`, `${config(two!.url)}reloadOnChange: on\n`)
    renameSync(`${file}.new`, file)
    await line('configuration reloaded')
    t.equal(await ask(), 'two\n')

    writeFileSync(`${file}.other`, `${config(one!.url)}reloadOnChange: on\n`)
    symlinkSync(`${file}.other`, `${file}.link`)
    renameSync(`${file}.link`, file)
    await line('configuration reloaded')
    t.equal(await ask(), 'one\n', 'and a symbolic link in its place')
  },
)

t.test('the secret is made once, and kept', async (t) => {
  const first = await start(t, 'secretFile: roam.secret\n')
  const secret = join(first.file, '../roam.secret')
  t.equal(statSync(secret).mode & 0o777, 0o600)
  t.match(readFileSync(secret, 'utf8'), /^[0-9a-f]{64}\n$/)
})
