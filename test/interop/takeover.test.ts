import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { takeUpWork } from '../support/work-in-hand.ts'

t.setTimeout(300_000)
t.test('a new process takes over under load: nothing is lost on any protocol', async (t) => {
  const { roam } = await setScene(t, { backendCount: 2 })
  const work = await takeUpWork(roam)
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.equal(successor.port, roam.port)

  await work.finished(t)
  for (const counts of await work.loads) {
    const { wrong, lost, hung, cut, ok, statuses } = counts
    t.same(
      { wrong, lost, hung, cut, statuses },
      { wrong: 0, lost: 0, hung: 0, cut: 0, statuses: {} },
      JSON.stringify(counts),
    )
    t.ok(ok > 50, 'there was load')
  }
  t.equal(await roam.exited, 0, 'the old process ends by itself')
  const metrics = await successor.metrics()
  for (const protocol of ['http/1.1', 'h2', 'h3']) {
    t.ok(metrics.value('quic_requests_total', { protocol, status: '200' }) > 50, `${protocol} goes on`)
  }
  t.equal(metrics.value('quic_takeovers_total', { role: 'new' }), 1)
})
