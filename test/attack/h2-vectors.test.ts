/** The shared vectors as HTTP/2 frames: the status, or a stream or connection error; never a backend that saw a refused one. */
import t from 'tap'
import { H2Raw } from '../support/h2-raw.ts'
import { startRawApp } from '../support/raw-app.ts'
import { pseudoList } from '../vectors/as-head.ts'
import { VECTORS } from '../vectors/requests.ts'

const roam = await startRawApp()
t.teardown(() => roam.close())

/**
 * nghttp2 drops these fields before anybody else sees them and serves the request without them. Nothing malformed goes
 * upstream, but a rejection it is not.
 */
const DROPPED_BY_NGHTTP2 = /^(2\.1 field name|2\.2\/1 field value)/

await t.test('shared vectors', async (t) => {
  for (const vector of VECTORS) {
    if (vector.on !== undefined && !vector.on.includes('h2')) continue
    const name = `${vector.row} ${vector.name}`
    roam.backend.reset()
    const hasBody = vector.hasBody ?? false
    const connection = await H2Raw.connect(roam.securePort)
    connection.request(1, pseudoList(vector), !hasBody)
    if (hasBody) {
      const length = vector.fields?.find(([field]) => field === 'content-length')?.[1]
      connection.send(0, 1, 1, Buffer.alloc(/^0*\d$/.test(length ?? '') ? Number(length) : 0, 'x'))
    }
    const { status, reset, goaway, closed } = await connection.outcome(1)
    connection.close()
    if (typeof vector.outcome === 'number') {
      const todo = DROPPED_BY_NGHTTP2.test(name)
        ? { todo: 'nghttp2 drops the field and serves the request' }
        : {}
      t.ok(
        status === vector.outcome ||
          (status === undefined && (reset !== undefined || goaway !== undefined || closed)),
        `${name}: refused`,
        { status, reset, goaway, ...todo },
      )
      t.equal(roam.backend.bytes, '', `${name}: nothing upstream`, todo)
      continue
    }
    if (vector.target === '*') {
      // Routes are by path, and undici sends none but paths: the whole server is nobody's route.
      t.equal(status, 404, `${name}: no route`)
      continue
    }
    t.equal(status, 200, `${name}: answered`, { reset, goaway })
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
