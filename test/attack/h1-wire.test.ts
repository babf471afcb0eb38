/** Bytes that only HTTP/1 can express: refused and closed with nothing upstream, or answered with what was meant. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { sendRaw } from '../support/raw-client.ts'
import { WIRE_VECTORS } from '../vectors/h1-wire.ts'

t.setTimeout(120_000)

const roam = await startRawApp()
t.teardown(() => roam.close())

for (const secure of [false, true]) {
  await t.test(secure ? 'behind TLS' : 'plain', async (t) => {
    const port = secure ? roam.securePort : roam.plainPort
    for (const vector of WIRE_VECTORS) {
      const name = `${vector.row} ${vector.name}`
      roam.backend.reset()
      const todo = vector.gap === undefined ? {} : { todo: vector.gap }
      if (vector.refused !== undefined) {
        const answer = await sendRaw(port, vector.bytes, { secure })
        const [status = 0] = answer.statuses
        t.ok(vector.refused.includes(status), `${name}: refused`, {
          status,
          allowed: vector.refused,
          ...todo,
        })
        t.equal(answer.statuses.length, 1, `${name}: one answer`, todo)
        t.ok(answer.closed, `${name}: closed`, todo)
        t.equal(roam.backend.bytes, '', `${name}: nothing upstream`, todo)
        continue
      }
      const responses = vector.answered?.length ?? 0
      const answer = await sendRaw(port, vector.bytes, { secure, responses })
      t.same(answer.statuses, vector.answered, `${name}: answered`)
      const bodies = roam.backend.requests.map(({ head, body }) =>
        /transfer-encoding: chunked/i.test(head) ? unchunk(body) : body,
      )
      if (vector.bodies !== undefined) t.same(bodies, vector.bodies, `${name}: bodies`)
      for (const { head } of roam.backend.requests) {
        t.notMatch(
          head,
          /^(upgrade|http2-settings|expect|x-t):/im,
          `${name}: nothing of this hop goes upstream`,
        )
      }
    }
    t.ok(await roam.alive(), 'alive')
  })
}

/** Text of a body in well-formed chunks. */
function unchunk(body: string): string {
  let text = ''
  for (let rest = body; rest !== '';) {
    const line = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, line), 16)
    if (size === 0) break
    text += rest.slice(line + 2, line + 2 + size)
    rest = rest.slice(line + 4 + size)
  }
  return text
}
