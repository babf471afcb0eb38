import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol(
  'what has not finished when draining ends is cut by Roam, not by the client',
  async (t, protocol) => {
    const roam = await startRoam(t, { extra: 'drainTimeout: 1s' })
    const waiting = ask(roam, protocol, { path: '/delay/20000' })
    await new Promise((resolve) => roam.events.once('backend:selected', resolve))
    await roam.app.drain()
    const answer = await waiting
    t.equal(answer.status, 503)
    const record = roam.records.at(-1)!
    t.equal(record.error, 'DRAINING')
    t.equal(record.status, 503)
    t.ok(
      record.overheadSeconds! < 0.5,
      `waiting for the backend is none of Roam's time: ${record.overheadSeconds}`,
    )
  },
)
