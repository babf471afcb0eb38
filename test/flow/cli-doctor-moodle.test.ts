import t from 'tap'
import { moodleBehindRoam } from './cli-doctor-moodle-support.ts'

t.test('recipe A as it should be: nothing to say', async (t) => {
  const { doctor } = await moodleBehindRoam(t, 'A', 'preserve')
  const { code, checks, stderr } = await doctor()
  t.equal(code, 0, stderr)
  t.match(checks['moodle-address'], /^ok: https:\/\/localhost: the login page came in \d+ ms$/)
  t.match(checks['moodle-nodes'], /^ok: b1: the login page .*; b2: the login page/)
  t.match(checks['moodle-heartbeat'], /^ok: b1: status 200; b2: status 200$/)
  t.match(checks['moodle-clients'], /^ok: takes this machine for .*tracksessionip off/)
  t.match(checks['moodle-sessions'], /^ok: one request \d+ ms, 5 of one session at once/)
  t.equal(checks['moodle-clocks'], 'ok: 2 nodes agree')
})

t.test('recipe A, what goes wrong', async (t) => {
  const { configure, doctor, nodes } = await moodleBehindRoam(t, 'A', 'preserve')
  configure({ sslproxy: false })
  const found = await doctor()
  t.equal(found.code, 1)
  let { checks } = found
  const missing =
    /^fail: https:\/\/localhost: redirects in a circle: \/login\/index\.php to https:\/\/localhost\/ and again → Missing in config\.php: \$CFG->sslproxy = true; /
  t.match(checks['moodle-address'], missing)
  t.match(
    checks['moodle-address'],
    /Recipe A in full: .*wwwroot = 'https:\/\/localhost'; .*hostHeader: preserve\.$/,
  )

  configure({ reverseproxy: true })
  ;({ checks } = await doctor())
  t.match(
    checks['moodle-address'],
    /^fail: .*Reverse proxy enabled.* → Take out of config\.php: \$CFG->reverseproxy = true;/,
  )

  configure({ wwwroot: 'https://old.example' })
  ;({ checks } = await doctor())
  t.match(
    checks['moodle-address'],
    /^fail: .*redirects to https:\/\/old\.example\/login\/index\.php → .*wwwroot = 'https:\/\/localhost';/,
  )

  configure({})
  nodes[1]!.state.site = { ...nodes[1]!.state.site!, reverseproxy: true }
  ;({ checks } = await doctor())
  t.match(
    checks['moodle-nodes'],
    /^fail: b1: the login page .*; b2: answers 500 .* → Take out/,
    'one node of two',
  )
})

t.test('recipe A with the Host of recipe B', async (t) => {
  const { doctor } = await moodleBehindRoam(t, 'A', 'backend')
  const { checks } = await doctor()
  t.match(
    checks['moodle-address'],
    /^fail: .*in a circle: .* → .*In the pool of Roam’s configuration: hostHeader: preserve\./,
  )
})

t.test('recipe B as it should be, and without one of its lines', async (t) => {
  const { configure, doctor } = await moodleBehindRoam(t, 'B', 'backend')
  for (const server of ['nginx', 'apache'] as const) {
    configure({ server })
    const { code, checks } = await doctor()
    t.equal(code, 0, server)
    t.match(checks['moodle-address'], /^ok:/)
  }
  configure({ reverseproxy: false })
  let { checks } = await doctor()
  t.match(
    checks['moodle-address'],
    /^fail: .*in a circle.* → Missing in config\.php: \$CFG->reverseproxy = true; Recipe B/,
  )
  configure({ sslproxy: false })
  ;({ checks } = await doctor())
  t.match(
    checks['moodle-address'],
    /^fail: .*in a circle.* → Missing in config\.php: \$CFG->sslproxy = true;/,
  )
  configure({ wwwroot: 'https://localhost' })
  ;({ checks } = await doctor())
  t.match(
    checks['moodle-address'],
    /^fail: .*links lead to https:\/\/localhost → config\.php names another site: \$CFG->wwwroot = 'https:\/\/localhost:\d+';/,
    'without its port: no redirect tells',
  )
})

t.test('recipe B with the Host of recipe A: abused on Apache, and on nginx right by chance', async (t) => {
  const { configure, doctor } = await moodleBehindRoam(t, 'B', 'preserve')
  configure({ server: 'apache' })
  let { checks } = await doctor()
  t.match(checks['moodle-address'], /^fail: .*Reverse proxy enabled.* → .*hostHeader: backend\./)
  configure({ server: 'nginx' })
  ;({ checks } = await doctor())
  t.match(checks['moodle-address'], /^warn: .*recipe B.* → .*hostHeader: backend;/)
})
