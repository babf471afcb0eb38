import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

type Line = Readonly<Record<string, unknown>>

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Serves until SIGTERM, sent when `meanwhile` is done; every line of its log. */
async function run(t: Test, extra = '', meanwhile = (_port: number) => Promise.resolve()): Promise<Line[]> {
  const backend = await startDemoBackend({ id: 'b1' })
  t.teardown(() => backend.close())
  const cwd = t.testdir({
    'roam.yaml': `
listeners: [{ address: "127.0.0.1:0" }]
pools: { p: { backends: [{ id: b1, url: "${backend.url}" }] } }
routes: [{ pool: p }]
${extra}`,
  })
  const child = spawn(process.execPath, [main, 'start'], {
    cwd,
    env: { ...process.env, LOG_LEVEL: '', LOG_FORMAT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines: Line[] = []
  for await (const text of createInterface(child.stdout)) {
    lines.push(JSON.parse(text) as Line)
    const port = /^listening on .*:(\d+)$/.exec(String(lines.at(-1)!['msg']))?.[1]
    if (port !== undefined) void meanwhile(Number(port)).then(() => child.kill('SIGTERM'))
  }
  return lines
}

t.test('start and shutdown are told', async (t) => {
  t.match(await run(t), [
    { level: 'warn', msg: /^pools\.p has no health: / },
    { level: 'info', msg: /^listening on 127\.0\.0\.1:\d+$/, 'roam.protocols': ['http/1.1'] },
    { level: 'info', msg: /^draining: /, 'roam.signal': 'SIGTERM' },
    { level: 'info', msg: 'stopped' },
  ])
})

t.test('a shutdown that cuts requests says how many', async (t) => {
  const lines = await run(t, 'drainTimeout: 0s', async (port) => {
    const open = request({ port, path: '/delay/3000' }).on('error', () => {})
    open.end()
    await once(open, 'finish')
    // The next connection is accepted after the first: its answer says that the first request has arrived.
    const probe = request({ port, path: '/readyz' }).on('response', (response) => response.resume())
    probe.end()
    await once(probe, 'close')
  })
  const cut = lines.find(({ msg }) => /^requests were cut: /.test(String(msg)))
  t.match(cut, { level: 'warn', 'roam.count': 1 })
})
