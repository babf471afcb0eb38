import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
  for await (const line of createInterface(child.stdout)) {
    const port = Number(/listening on \S+:(\d+)/.exec(line)?.[1])
    if (Number.isNaN(port)) continue
    child.stdout.resume()
    return { child, port, ended }
  }
  throw new Error('it never listened')
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

for (const [signal, code] of [
  ['SIGINT', 0],
  ['SIGTERM', 0],
  ['SIGHUP', 129],
] as const) {
  t.test(`${signal} to the launcher alone reaches Roam`, async (t) => {
    const { child, port, ended } = await start()
    child.kill(signal)
    t.strictSame(await ended, [code, null])
    t.notOk(await isOpen(port))
  })
}

t.test('a launcher that is killed takes Roam along', async (t) => {
  const { child, port, ended } = await start()
  t.ok(await isOpen(port))
  child.kill('SIGKILL')
  await ended
  for (let tries = 0; tries < 100 && (await isOpen(port)); tries++) await sleep(50)
  t.notOk(await isOpen(port))
})
