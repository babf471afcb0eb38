import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import { ask } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'

t.test('a removed backend finishes what it has, and is then forgotten', async (t) => {
  const roam = await startRoam(t, { backends: 2, pool: 'policy: round-robin' })
  const [kept] = roam.backends
  const chosen = new Set<string>()
  roam.events.on('backend:selected', ({ backendId }) => chosen.add(backendId))
  const running = []
  while (!chosen.has('b2')) {
    const selected = new Promise((resolve) => roam.events.once('backend:selected', resolve))
    running.push(ask(roam, 'http/1.1', { path: '/delay/600' }))
    await selected
  }
  await roam.reload({ backendUrls: [kept!.url] })
  chosen.clear()
  await ask(roam, 'http/1.1', { path: '/' })
  await ask(roam, 'http/1.1', { path: '/' })
  t.strictSame([...chosen], ['b1'], 'nobody new goes to it')
  for (const { status, complete } of await Promise.all(running))
    t.match({ status, complete }, { status: 200, complete: true })
  const { text } = await roam.metrics()
  t.notMatch(text, 'backend_id="b2"')
})

t.test('a backend whose URL has changed is a new one, and is asked before it gets anybody', async (t) => {
  const other = await startDemoBackend({ id: 'other' })
  t.teardown(() => other.close())
  const roam = await startRoam(t, { pool: 'health: { path: /, interval: 60s }' })
  roam.app.control.setBackend('b1', { weight: 7 })
  const asked: string[] = []
  roam.events.on('backend:health-check', ({ result }) => asked.push(result))
  await roam.reload({ backendUrls: [other.url] })
  t.strictSame(asked, ['success'])
  const answer = await ask(roam, 'http/1.1', { path: '/delay/0' })
  t.equal(answer.body.toString(), 'other\n')
  t.match(roam.app.control.backends(), [{ id: 'b1', weight: 1 }])
})

t.test('a new backend that is down gets nobody from the first moment', async (t) => {
  const roam = await startRoam(t, { pool: 'health: { path: /, interval: 60s }\npolicy: round-robin' })
  await roam.reload({ backendUrls: [roam.backends[0]!.url, 'http://127.0.0.1:1'] })
  t.match(roam.app.control.backends(), [
    { id: 'b1', healthy: true },
    { id: 'b2', healthy: false },
  ])
  for (let i = 0; i < 4; i++) t.equal((await ask(roam, 'http/1.1', { path: '/' })).status, 200)
})

t.test('what is known of a backend outlives a reload', async (t) => {
  const roam = await startRoam(t, {
    backendUrls: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
    pool: 'health: { path: /, interval: 60s }\nretries: { attempts: 0 }\npanic: on',
  })
  roam.app.control.setBackend('b2', { state: 'draining', weight: 3 })
  const before = roam.app.control.backends().map((backend) => backend)
  await roam.reload({
    pool: 'health: { path: /, interval: 60s }\npolicy: round-robin\npanic: off\ntimeouts: { firstByte: 9s }',
    backend: 'weight: 5',
  })
  const after = roam.app.control.backends()
  t.strictSame(
    after.map((one) => before.includes(one)),
    [true, true],
  )
  t.match(after, [
    { id: 'b1', healthy: false, weight: 5 },
    { id: 'b2', healthy: false, weight: 3, adminState: 'draining' },
  ])
  roam.app.control.setBackend('b2', { weight: null })
  t.match(roam.app.control.backends()[1], { weight: 5 })
  t.equal(roam.app.control.setBackend('nobody', { weight: 1 }), undefined)
})
