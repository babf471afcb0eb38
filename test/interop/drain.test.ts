import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { takeUpWork } from '../support/work-in-hand.ts'

t.setTimeout(300_000)
t.test('SIGTERM under load lets running requests finish on all three protocols', async (t) => {
  const { roam } = await setScene(t, { backendCount: 2 })
  const work = await takeUpWork(roam)
  roam.signal('SIGTERM')

  await work.finished(t)
  t.equal(await roam.exited, 0, 'exit code')
  for (const counts of await work.loads) {
    const { wrong, lost, hung, cut, ok } = counts
    t.same({ wrong, lost, hung, cut }, { wrong: 0, lost: 0, hung: 0, cut: 0 }, JSON.stringify(counts))
    t.ok(ok > 50, 'there was load')
    const taken = counts.unsentIds?.filter((id) => roam.log.some((line) => line.includes(`/ledger/${id}/`)))
    t.same(taken ?? [], [], 'what the client may ask again was not acted on')
  }
})
