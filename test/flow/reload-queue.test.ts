import t from 'tap'
import { ask } from '../support/client.ts'
import { startRoam } from '../support/roam.ts'

t.test('who waits in the queue when its backend or its pool is exchanged is served', async (t) => {
  const roam = await startRoam(t, { backend: 'maxRequests: 1', pool: 'queue: { size: 10, timeout: 20s }' })
  const waiting = () => new Promise((resolve) => roam.events.once('queue:enter', resolve))
  const selected = new Promise((resolve) => roam.events.once('backend:selected', resolve))
  const first = ask(roam, 'http/1.1', { path: '/delay/500' })
  await selected
  const entered = waiting()
  const second = ask(roam, 'h2', { path: '/delay/1' })
  await entered
  // The pool is gone by its name; the one backend that it had is another pool's now.
  await roam.reload({ poolName: 'renamed' })
  t.equal((await ask(roam, 'http/1.1', { path: '/delay/0' })).status, 200)
  t.equal((await first).status, 200)
  t.equal((await second).status, 200)
})
