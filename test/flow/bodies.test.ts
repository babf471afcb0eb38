import { createHash } from 'node:crypto'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

const MEGABYTES = 5
const body = Buffer.alloc(MEGABYTES << 20, 'roam ')

onEachProtocol('a download arrives whole', async (t, protocol) => {
  const roam = await startRoam(t)
  const size = MEGABYTES << 20
  const { body: expected } = await ask(roam, 'http/1.1', { path: `/sha256/${size}` })
  const answer = await ask(roam, protocol, { path: `/bytes/${size}` })
  t.equal(answer.status, 200)
  t.equal(answer.bytes, size)
  t.ok(answer.complete)
  t.match(expected.toString(), answer.sha256)
})

onEachProtocol('an upload arrives whole, and is counted', async (t, protocol) => {
  const roam = await startRoam(t)
  const record = roam.nextRecord()
  const answer = await ask(roam, protocol, { method: 'POST', path: '/upload', body })
  t.equal(answer.status, 200)
  t.match(answer.body.toString(), createHash('sha256').update(body).digest('hex'))
  t.equal((await record).requestBytes, body.length)
})
