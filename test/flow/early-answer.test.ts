import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('an answer that comes before the body was read reaches the client', async (t, protocol) => {
  const roam = await startRoam(t)
  const body = Buffer.alloc(200_000, 1)
  const answer = await ask(roam, protocol, { method: 'POST', path: '/early?status=403', body })
  t.equal(answer.status, 403)
  t.equal(answer.body.toString(), 'Answered before your body was read.\n')
  t.equal((await ask(roam, protocol, { path: '/status/200' })).status, 200, 'and the next request is served')
})
