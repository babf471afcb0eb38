import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'
import { findMoodle } from '../../src/cli/doctor/moodle/target.ts'
import { parseConfig } from '../../src/config/load.ts'
import { roam } from '../unit/cli/support.ts'

const site = issueServer(issueAuthority('test CA', ['moodle.example']), ['moodle.example'])
const cwd = t.testdir({ certs: { 'site.pem': site.cert, 'site-key.pem': site.key } })
chmodSync(join(cwd, 'certs/site-key.pem'), 0o600)
const NODES = ['--node', 'm1=http://10.0.0.1', '--node', 'http://10.0.0.2:8080']
const init = (...args: string[]) => roam(['init', '--preset', 'moodle', ...args], { cwd })
const read = (file: string) => parseConfig(readFileSync(join(cwd, file), 'utf8'), join(cwd, file)).config

t.test('recipe A: the public port is 443', async (t) => {
  const { code, stdout, stderr } = await init('--wwwroot', 'https://moodle.example', ...NODES)
  t.match({ code, stderr }, { code: 0, stderr: '' })
  t.match(stdout, /recipe A/)
  t.match(stdout, /^ {4}\$CFG->wwwroot = 'https:\/\/moodle\.example'; /m)
  t.match(stdout, /^ {4}\$CFG->sslproxy = true; /m)
  t.match(stdout, /without +\$CFG->reverseproxy/)
  t.match(await roam(['check'], { cwd }), { code: 0, stdout: /2 backends, 4 routes/ })
  const { listeners, pools, routes, secretFile, admin } = read('roam.yaml')
  t.match(listeners, [
    { port: 443, protocols: ['h3', 'h2', 'http/1.1'] },
    { port: 80, redirectToHttps: true },
  ])
  t.match(pools[0], {
    policy: 'least-requests',
    hostHeader: 'preserve',
    backends: [
      { id: 'm1', maxRequests: 100 },
      { id: 'moodle-2', maxRequests: 100 },
    ],
    health: { path: '/admin/tool/heartbeat/', host: 'moodle.example', intervalMs: 15_000, timeoutMs: 5000 },
    timeouts: { connectMs: 2000, firstByteMs: 130_000, idleMs: 60_000, totalMs: undefined },
    affinity: { by: 'cookie', keys: [{ name: 'wstoken' }, { name: 'authorization' }] },
    queue: { size: 2000, timeoutMs: 30_000 },
    slowStartMs: 30_000,
  })
  t.match(
    routes.find(({ path }) => path === '/backup'),
    { host: 'moodle.example', timeouts: { idleMs: 300_000 } },
  )
  t.equal(secretFile, join(cwd, 'roam.secret'))
  t.equal(
    findMoodle(read('roam.yaml'), undefined)?.wwwroot?.href,
    'https://moodle.example/',
    'the doctor knows',
  )
  t.match(admin, { host: '127.0.0.1', tokenFile: join(cwd, 'admin.token') })
})

t.test('recipe B: another port, and a site under a path', async (t) => {
  const args = ['--wwwroot', 'https://moodle.example:9443/campus/', ...NODES, '--cert', 'certs/site.pem']
  mkdirSync(join(cwd, 'etc'))
  const { stdout } = await init(...args, '--output', 'etc/b.yaml')
  t.match(stdout, /recipe B/)
  t.match(stdout, /^ {4}\$CFG->wwwroot = 'https:\/\/moodle\.example:9443\/campus'; /m)
  t.match(stdout, /^ {4}\$CFG->reverseproxy = true; /m)
  t.match(await roam(['check', '--config', 'etc/b.yaml'], { cwd }), { code: 0 })
  const { listeners, pools, routes } = read('etc/b.yaml')
  t.strictSame(
    listeners.map(({ port }) => port),
    [9443],
  )
  t.match(pools[0], {
    hostHeader: 'backend',
    health: { host: undefined, path: '/campus/admin/tool/heartbeat/' },
  })
  t.equal(
    findMoodle(read('etc/b.yaml'), undefined)?.wwwroot?.href,
    'https://moodle.example:9443/campus/',
    'the doctor knows',
  )
  t.ok(routes.some(({ path }) => path === '/campus/backup'))
})

t.test('every commented default may be uncommented', async (t) => {
  await init('--wwwroot', 'https://moodle.example', ...NODES, '--output', 'c.yaml')
  const file = join(cwd, 'c.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^( *)# (?=[a-zA-Z]+: )/gm, '$1'))
  t.match(await roam(['check', '--config', file]), { code: 0 })
})

t.test('what is missing or wrong is one sentence, and nothing is written', async (t) => {
  const refused = async (pattern: RegExp, ...args: string[]) =>
    t.match(await init(...args, '--output', 'no.yaml'), { code: 1, stdout: '', stderr: pattern })
  await refused(/^roam: --preset moodle needs --wwwroot .* and --node .* at a terminal only\n$/)
  await refused(/needs --node/, '--wwwroot', 'https://moodle.example')
  await refused(/must start with https/, '--wwwroot', 'http://moodle.example', ...NODES)
  await refused(/is no URL/, '--wwwroot', 'moodle', ...NODES)
  const wwwroot = ['--wwwroot', 'https://moodle.example']
  await refused(/name=URL/, ...wwwroot, '--node', 'm1=10.0.0.1')
  await refused(/ends after the port/, ...wwwroot, '--node', 'm1=http://10.0.0.1/moodle')
  await refused(/two nodes are called m1/, ...wwwroot, '--node', 'm1=http://a', '--node', 'm1=http://b')
  t.match(await init(...wwwroot, ...NODES), { code: 1, stderr: /roam\.yaml exists already/ })
  t.match(await roam(['init', ...wwwroot, '-o', 'no.yaml'], { cwd }), {
    code: 1,
    stderr: 'roam: --wwwroot goes with --preset moodle\n',
  })
  t.throws(() => read('no.yaml'), { code: 'ENOENT' })
})
