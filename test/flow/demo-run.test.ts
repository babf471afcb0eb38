import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts a demo on free ports and waits for its screen. */
async function demo(
  cwd: string,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, main, 'demo'],
) {
  const ports = ['--port', '0', '--plain-port', '0', '--backend-port', '0']
  const child = spawn(program, [...args, ...ports], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  let screen = ''
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()))
  const ended = once(child, 'exit')
  while (!screen.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`the demo ended with ${child.exitCode}`)
    await sleep(50)
  }
  const port = Number(/https:\/\/localhost:(\d+)/.exec(screen)?.[1])
  const pids = [...screen.matchAll(/ kill (\d+)$/gm)].map((match) => Number(match[1]))
  return { child, ended, port, pids, output: () => screen }
}

function get(port: number, path: string): Promise<string> {
  const options = { host: 'localhost', port, path, rejectUnauthorized: false, agent: false }
  return new Promise((resolve, reject) => {
    https
      .get(options, (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => resolve(body))
      })
      .on('error', reject)
  })
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await sleep(50)
  }
  t.fail(`did not happen: ${what}`)
}

t.test('a killed backend is noticed, and Ctrl-C ends everything', async (t) => {
  const cwd = t.testdir({})
  const { child, ended, port, pids, output } = await demo(cwd)
  t.equal(pids.length, 3)
  t.match(await get(port, '/'), /answered by backend <strong>moodle-\d/)
  t.match(await get(port, '/metrics'), /^quic_connections_total\{.*\} \d/m, 'the promised line is there')
  t.ok(existsSync(join(cwd, 'certs/dev-ca.pem')))

  process.kill(pids[0]!, 'SIGKILL')
  await until('health sees it', async () =>
    (await get(port, '/metrics')).includes('quic_backend_healthy{backend_id="moodle-1"} 0'),
  )
  t.match(output(), /\[demo\] moodle-1 is gone \(SIGKILL\); it starts again in 10 s/)
  t.match(await get(port, '/'), /answered by backend <strong>moodle-[23]/)

  child.kill('SIGINT')
  t.strictSame(await ended, [0, null])
  await until('no backend is left', () => !pids.some(alive))
})

t.test('a demo that is killed takes its backends along', async () => {
  const { child, pids } = await demo(t.testdir({}))
  child.kill('SIGKILL')
  await until('no backend is left', () => !pids.some(alive))
})

t.test('whoever ends npm start ends all of it', async (t) => {
  const certs = t.testdir({})
  const { child, ended, pids } = await demo(root, ['npm', 'start', '--', '--certs', certs])
  child.kill('SIGTERM')
  await ended
  await until('the backends are gone', () => !pids.some(alive))
})
