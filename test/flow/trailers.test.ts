import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('trailers follow the body', async (t, protocol) => {
  const roam = await startRoam(t)
  const answer = await ask(roam, protocol, { path: '/trailers' })
  t.equal(answer.body.toString(), 'a body, then trailers\n')
  t.same(answer.trailers, [['x-checksum', 'c0ffee']])
  t.ok(answer.complete)
})
