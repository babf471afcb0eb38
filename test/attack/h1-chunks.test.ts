/** A body whose framing breaks half-way: no answer of success, the connection closes, and no backend sees it complete. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { sendRaw } from '../support/raw-client.ts'
import { CHUNK_VECTORS } from '../vectors/h1-wire.ts'

const roam = await startRawApp({ backend: { delayMs: 20 } })
t.teardown(() => roam.close())

await t.test('broken bodies', async (t) => {
  for (const vector of CHUNK_VECTORS) {
    const name = `${vector.row} ${vector.name}`
    roam.backend.reset()
    const todo = vector.gap === undefined ? {} : { todo: vector.gap }
    const answer = await sendRaw(roam.plainPort, vector.bytes)
    t.notOk(answer.statuses.includes(200), `${name}: no success`, { statuses: answer.statuses, ...todo })
    t.ok(
      answer.statuses.every((status) => vector.refused?.includes(status)),
      `${name}: refused`,
      { statuses: answer.statuses, ...todo },
    )
    t.ok(answer.closed, `${name}: closed`, todo)
    t.equal(roam.backend.requests.length, 0, `${name}: no complete request upstream`, todo)
  }
  t.ok(await roam.alive(), 'alive')
})
