/** The shared vectors over a real HTTP/1.1 connection. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { sendRaw } from '../support/raw-client.ts'
import { h1Fields } from '../vectors/as-head.ts'
import { type Vector, VECTORS } from '../vectors/requests.ts'

t.setTimeout(120_000)

const roam = await startRawApp()
t.teardown(() => roam.close())

await t.test('shared vectors', async (t) => {
  for (const vector of VECTORS) {
    if (vector.on !== undefined && !vector.on.includes('http/1.1')) continue
    const name = `${vector.row} ${vector.name}`
    const bytes = asBytes(vector)
    if (bytes === undefined) continue
    roam.backend.reset()
    const refused = typeof vector.outcome === 'number'
    const answer = await sendRaw(
      roam.plainPort,
      bytes,
      refused ? {} : { responses: expectsContinue(vector) ? 2 : 1 },
    )
    const status = answer.statuses.at(-1)
    if (typeof vector.outcome === 'number') {
      t.equal(status, vector.outcome, `${name}: status`)
      t.equal(answer.statuses.length, 1, `${name}: one answer`)
      t.ok(answer.closed, `${name}: closed`)
      t.equal(roam.backend.bytes, '', `${name}: nothing upstream`)
      continue
    }
    if (typeof vector.outcome === 'object' && vector.outcome.target === '*') {
      // Routes are by path, and undici sends none but paths: the whole server is nobody's route.
      t.equal(status, 404, `${name}: no route`)
      continue
    }
    t.equal(status, 200, `${name}: answered`)
    const head = roam.backend.requests[0]?.head ?? ''
    const { target = vector.target ?? '/', authority, fields } = vector.outcome
    t.equal(
      head.split('\r\n')[0],
      `${vector.method ?? 'GET'} ${target} HTTP/1.1`,
      `${name}: request line upstream`,
    )
    if (authority !== undefined)
      t.match(head.toLowerCase(), `\r\nhost: ${authority}\r\n`, `${name}: host upstream`)
    for (const [field, value] of fields ?? [])
      t.match(head, `\r\n${field}: ${value}\r\n`, `${name}: ${field} upstream`)
  }
  t.ok(await roam.alive(), 'alive')
})

function expectsContinue(vector: Vector): boolean {
  return typeof vector.outcome === 'object' && vector.outcome.expectsContinue === true
}

/** Undefined: on a line-based protocol these would be other bytes, see h1-wire.ts. */
function asBytes(vector: Vector): string | undefined {
  const fields = h1Fields(vector)
  const { method = 'GET', target = '/' } = vector
  const names = fields.filter((_, i) => i % 2 === 0)
  if (
    [method, target, ...fields].some((text) => /[\r\n]/.test(text)) ||
    names.some((name) => /:|^$/.test(name))
  ) {
    return undefined
  }
  const lines = [`${method} ${target} HTTP/${vector.version ?? '1.1'}`]
  let length = 0
  let chunked = false
  for (let i = 0; i < fields.length; i += 2) {
    const [name = '', value = ''] = fields.slice(i, i + 2)
    if (name.toLowerCase() === 'content-length') length = Number(value)
    if (name.toLowerCase() === 'transfer-encoding') chunked = true
    lines.push(`${name}: ${value}`)
  }
  const body = chunked
    ? '0\r\n\r\n'
    : 'x'.repeat(Number.isInteger(length) && length < 10 ? Math.max(0, length) : 0)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
