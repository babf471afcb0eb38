import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('a body that turns out to be empty is a body that has ended', async (t, protocol) => {
  const roam = await startRoam(t)
  for (const body of [undefined, Buffer.alloc(0)]) {
    const answer = await ask(roam, protocol, { method: 'POST', path: '/echo', ...(body && { body }) })
    t.equal(answer.status, 200)
  }
})
