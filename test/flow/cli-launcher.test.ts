import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const launcher = fileURLToPath(new URL('../../bin/roam.mjs', import.meta.url))
/** A Node that says it is old, so that the launcher looks for another one. */
const OLD = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})`
const cwd = t.testdir({
  'roam.yaml': `
listeners: [{ address: "127.0.0.1:0" }]
pools: { p: { backends: [{ id: b1, url: "http://127.0.0.1:1" }] } }
routes: [{ pool: p }]
`,
})

async function start() {
  const child = spawn(process.execPath, ['--import', OLD, launcher, 'start'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const lines = on(createInterface(child.stdout), 'line') as AsyncIterableIterator<[string]>
  for (;;) {
    const { value } = (await lines.next()) as { value: [string] }
    const port = Number(/listening on \S+:(\d+)/.exec(value[0])?.[1])
    if (!Number.isNaN(port)) return { child, port, ended, lines }
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const open = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return open
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} to the launcher alone reaches Roam`, async (t) => {
    const { child, port, ended } = await start()
    child.kill(signal)
    t.strictSame(await ended, [0, null])
    t.notOk(await isOpen(port))
  })
}

t.test('SIGHUP to the launcher alone makes Roam reload', async (t) => {
  const { child, port, lines } = await start()
  child.kill('SIGHUP')
  for await (const [line] of lines) if (line.includes('configuration reloaded')) break
  t.ok(await isOpen(port))
})

t.test('a launcher that is killed takes Roam along', async (t) => {
  const { child, port, ended } = await start()
  t.ok(await isOpen(port))
  child.kill('SIGKILL')
  await ended
  for (let tries = 0; tries < 100 && (await isOpen(port)); tries++) await sleep(50)
  t.notOk(await isOpen(port))
})
