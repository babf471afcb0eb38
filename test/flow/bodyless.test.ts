import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('HEAD has the head of GET and no body', async (t, protocol) => {
  const roam = await startRoam(t)
  const answer = await ask(roam, protocol, { method: 'HEAD', path: '/bytes/1000' })
  t.equal(answer.status, 200)
  t.equal(header(answer.headers, 'content-length'), '1000')
  t.equal(answer.bytes, 0)
  t.ok(answer.complete)
})

onEachProtocol('204 and 304 have no body', async (t, protocol) => {
  const roam = await startRoam(t)
  for (const status of [204, 304]) {
    const answer = await ask(roam, protocol, { path: `/status/${status}` })
    t.equal(answer.status, status)
    t.equal(answer.bytes, 0)
    t.ok(answer.complete)
  }
})
