/** The shared vectors as HTTP/3 frames: the status or a stream error; never a backend that saw a refused one. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import {
  type H3Case,
  H3FrameType,
  h3Frame,
  qpackFields,
  openH3,
  skipWithoutAioquic,
} from '../support/raw-h3.ts'
import { pseudoList } from '../vectors/as-head.ts'
import { type Vector, VECTORS } from '../vectors/requests.ts'

const vectors = VECTORS.filter(({ on }) => on === undefined || on.includes('h3'))

t.setTimeout(120_000)

await t.test('shared vectors', { skip: skipWithoutAioquic() }, async (t) => {
  const roam = await startRawApp({ protocols: ['h3', 'h2', 'http/1.1'] })
  const client = openH3(roam.securePort)
  t.teardown(async () => {
    client.close()
    await roam.close()
  })
  for (const vector of vectors) {
    roam.backend.reset()
    const name = `${vector.row} ${vector.name}`
    const outcome = await client.send(asFrames(vector))
    const { status, reset, close } = outcome
    if (typeof vector.outcome === 'number') {
      t.ok(status === vector.outcome || (status === null && (reset ?? close) !== null), `${name}: refused`, {
        ...outcome,
      })
      t.equal(roam.backend.bytes, '', `${name}: nothing upstream`)
      continue
    }
    if (vector.target === '*') {
      t.equal(status, 404, `${name}: no route`)
      continue
    }
    t.equal(status, 200, `${name}: answered`, { ...outcome })
    const head = roam.backend.requests[0]?.head ?? ''
    const { target = vector.target ?? '/', authority, fields } = vector.outcome
    t.equal(
      head.split('\r\n')[0],
      `${vector.method ?? 'GET'} ${target} HTTP/1.1`,
      `${name}: request line upstream`,
    )
    if (authority !== undefined) t.match(head, `\r\nhost: ${authority}\r\n`, `${name}: host upstream`)
    for (const [field, value] of fields ?? [])
      t.match(head, `\r\n${field}: ${value}\r\n`, `${name}: ${field} upstream`)
  }
  t.ok(await roam.alive(), 'alive')
})

function asFrames(vector: Vector): H3Case {
  const head = h3Frame(H3FrameType.headers, qpackFields(pseudoList(vector)))
  if (vector.hasBody !== true) return { pieces: [head], fin: true }
  const length = vector.fields?.find(([field]) => field === 'content-length')?.[1] ?? ''
  const body = Buffer.alloc(/^0*\d$/.test(length) ? Number(length) : 0, 'x')
  return { pieces: [Buffer.concat([head, h3Frame(H3FrameType.data, body)])], fin: true }
}
