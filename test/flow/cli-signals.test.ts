import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const backend = await startDemoBackend({ id: 'b1' })
t.teardown(() => backend.close())
const cwd = t.testdir({
  'roam.yaml': `
listeners: [{ address: "127.0.0.1:0" }]
pools: { p: { backends: [{ id: b1, url: "${backend.url}" }] } }
routes: [{ pool: p }]
`,
})

/** A process that listens, its port, and how it ends. */
async function start(): Promise<{
  port: number
  kill: (signal: NodeJS.Signals) => void
  ended: Promise<unknown[]>
}> {
  const child = spawn(process.execPath, [main, 'start'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const port = Number(/listening on \S+:(\d+)/.exec(line)?.[1])
    // What follows on standard output is of no interest, but must not fill the pipe.
    if (port === 0 || Number.isNaN(port)) continue
    child.stdout.resume()
    return { port, kill: (signal) => void child.kill(signal), ended }
  }
  throw new Error('it never listened')
}

/** The answer's body, or the error that ended it. */
function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ port, path, host: '127.0.0.1' }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('close', () => resolve(response.complete ? body : 'cut off'))
    })
    outgoing.on('error', () => resolve('refused'))
    outgoing.end()
  })
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} lets a running request finish and exits 0`, async (t) => {
    const { port, kill, ended } = await start()
    const running = ask(port, '/delay/700')
    while (backend.ledger.count('GET', '/delay/') === 0)
      await new Promise((resolve) => setTimeout(resolve, 10))
    backend.ledger.entries.length = 0
    kill(signal)
    await new Promise((resolve) => setTimeout(resolve, 150))
    t.equal(await ask(port, '/'), 'refused', 'nobody new is let in')
    t.equal(await running, 'b1\n')
    t.strictSame(await ended, [0, null])
  })
}

t.test('a second signal closes at once', async (t) => {
  const { port, kill, ended } = await start()
  const running = ask(port, '/delay/20000')
  while (backend.ledger.count('GET', '/delay/') === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  backend.ledger.entries.length = 0
  kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 300))
  kill('SIGTERM')
  t.match(await running, /cut off|refused|503/)
  t.strictSame(await ended, [0, null])
})

t.test('one Ctrl-C that arrives twice, from the terminal and from npm, is one signal', async (t) => {
  const { port, kill, ended } = await start()
  const running = ask(port, '/delay/700')
  while (backend.ledger.count('GET', '/delay/') === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  kill('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 50))
  kill('SIGINT')
  t.equal(await running, 'b1\n')
  t.strictSame(await ended, [0, null])
})
