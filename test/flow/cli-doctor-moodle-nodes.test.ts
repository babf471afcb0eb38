/** What is wrong with the nodes, not with the recipe. */
import t from 'tap'
import { doctor as plainDoctor } from './cli-doctor-support.ts'
import { moodleBehindRoam } from './cli-doctor-moodle-support.ts'

t.test('the recipe is right, the nodes are not', async (t) => {
  const { doctor, nodes } = await moodleBehindRoam(t, 'A', 'preserve')
  const [first, second] = nodes
  for (const { state } of nodes) {
    state.getremoteaddrconf = 3
    state.pageMs = 450
  }
  second!.state.clockAheadMs = 30_000
  second!.state.heartbeat = 503
  const found = await doctor()
  t.equal(found.code, 1)
  let { checks } = found
  t.match(checks['moodle-address'], /^ok:/)
  t.match(checks['moodle-clients'], /^fail: takes this machine for .* → .*\$CFG->getremoteaddrconf = 1;/)
  t.match(
    checks['moodle-sessions'],
    /^warn: .*they wait for each other → .*\$CFG->enable_read_only_sessions = true;/,
  )
  t.match(checks['moodle-clocks'], /^warn: b2 is (?:29|30|31) s ahead of b1 → .*chrony/)
  t.match(checks['moodle-heartbeat'], /^fail: b1: status 200; b2: status 503 "FAILURE/)

  for (const { state } of nodes) Object.assign(state, { pageMs: 0, heartbeat: 200, maintenance: true })
  ;({ checks } = await doctor())
  t.match(checks['moodle-address'], /^warn: .*is in maintenance mode → .*maintenance\.php --disable/)
  t.match(
    checks['moodle-heartbeat'],
    /^warn: b1: "Server is in MAINTENANCE".* → .*maintenance\.php --disable/,
  )

  await first!.close()
  first!.state.maintenance = second!.state.maintenance = false
  ;({ checks } = await doctor())
  t.match(checks['moodle-nodes'], /b1: .*nothing listens.*; b2: the login page/, 'named, not blamed')
  t.equal(checks['moodle-clocks'], 'skip: fewer than two nodes tell their time to this machine')
})

t.test('health checks under the wrong name', async (t) => {
  const { doctor, configure } = await moodleBehindRoam(t, 'B', 'backend')
  configure({ reverseproxy: false })
  const { checks } = await doctor()
  t.match(checks['moodle-heartbeat'], /^fail: b1: status 303, a redirect.* → .*without health\.host/)
})

t.test('without a configuration the nodes are not known; without a Moodle nothing is said', async (t) => {
  const { wwwroot } = await moodleBehindRoam(t, 'B', 'backend')
  const alone = ['--no-prometheus', '--no-grafana']
  const { checks } = await plainDoctor('--moodle', wwwroot, ...alone)
  t.match(checks['metrics'], new RegExp(`^ok: ${wwwroot}/metrics`), 'its address is that of Roam')
  t.match(checks['moodle-address'], /^ok:/)
  t.equal(checks['moodle-nodes'], 'skip: pass --config: it names the nodes')
  t.notOk('moodle-address' in (await plainDoctor('--url', wwwroot, ...alone)).checks)
})

t.test('when no node has said anything, it is Roam that is looked at', async (t) => {
  const { doctor, nodes } = await moodleBehindRoam(t, 'A', 'preserve')
  for (const node of nodes) await node.close()
  const { checks } = await doctor()
  t.match(checks['moodle-address'], /^fail: .*Roam itself answers 502 UPSTREAM_REFUSED → .*ERRORS\.md/)
  t.match(checks['moodle-nodes'], /^skip: no node can be reached from this machine: b1: .*nothing listens/)
})
