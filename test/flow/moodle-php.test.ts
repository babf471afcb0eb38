/** A real PHP behind Roam, in both recipes: $_SERVER and parse_url are PHP's own. As with nginx, SERVER_PORT is where it listens. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { ask, header } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'
import { nameOutcome, OUTCOMES, outcomeOf } from './moodle-outcome.ts'

const script = fileURLToPath(new URL('moodle-php/page.php', import.meta.url))
const skip = spawnSync('php', ['--version']).status === 0 ? false : 'no php here (Debian: php-cli)'

/** `configure` writes what config.php would hold; it counts from the next request on. */
async function startPhp(t: Test) {
  const file = join(t.testdir(), 'settings.json')
  const configure = (settings: object): void => writeFileSync(file, JSON.stringify(settings))
  configure({ wwwroot: 'https://x.example' })
  const child = spawn('php', ['-n', '-S', '127.0.0.1:0', script], {
    env: { PATH: process.env['PATH'], MOODLE_SETTINGS: file },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      const [, found] = /\((http:\/\/[\d.:]+)\) started/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error('php ended')))
  })
  return { url, configure }
}

t.test('the rules as PHP computes them are those of the demo backends', { skip }, async (t) => {
  const { url, configure } = await startPhp(t)
  for (const [wwwroot, sslproxy, reverseproxy, [preserved, internal]] of OUTCOMES) {
    configure({ wwwroot, sslproxy, reverseproxy })
    const seen = [
      await outcomeOf(url, wwwroot, new URL(wwwroot).host),
      await outcomeOf(url, wwwroot, new URL(url).host),
    ]
    t.strictSame(seen, [preserved, internal], `${wwwroot} sslproxy ${sslproxy} reverseproxy ${reverseproxy}`)
  }
})

for (const recipe of ['A', 'B'] as const) {
  t.test(`recipe ${recipe} through Roam`, { skip }, async (t) => {
    const php = await startPhp(t)
    const hostHeader = recipe === 'A' ? 'preserve' : 'backend'
    const roam = await startRoam(t, { backendUrls: [php.url], pool: `hostHeader: ${hostHeader}` })
    const wwwroot = recipe === 'A' ? 'https://localhost' : roam.origin
    const settings = { wwwroot, sslproxy: true, reverseproxy: recipe === 'B', getremoteaddrconf: 1 }
    const path = '/pluginfile.php/5/%C3%A4%2Fb//c%25.pdf?x=%20'
    const headers = { host: new URL(wwwroot).host, 'x-forwarded-for': '192.0.2.9', 'client-ip': '192.0.2.9' }
    const get = async () => {
      const { status, headers: fields, body } = await ask(roam, 'http/1.1', { path, headers })
      const text = body.toString()
      return { outcome: nameOutcome(wwwroot, status, header(fields, 'location'), text), text }
    }
    php.configure(settings)
    const { outcome, text } = await get()
    t.equal(outcome, 'page')
    t.strictSame(
      JSON.parse(text),
      { page: path, taken: '127.0.0.1', proto: 'https' },
      'the path byte for byte, the client by its own address and not by what it claims',
    )
    php.configure({ ...settings, sslproxy: false })
    t.equal((await get()).outcome, 'loop')
    php.configure({ ...settings, reverseproxy: recipe === 'A' })
    t.equal((await get()).outcome, recipe === 'A' ? 'abused' : 'loop')
  })
}
