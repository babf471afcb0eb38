import t from 'tap'
import { METHODS } from '../../../src/telemetry/catalogue/labels.ts'
import { REQUEST, SAMPLE, backend, config, inspector, telemetry } from './support.ts'

const TEN = Array.from({ length: 10 }, (_, index) => `moodle-${index + 1}`)
const BUDGET = 5000
const networks = new Map(Array.from({ length: 8 }, (_, index) => [`net-${index}`, [`10.${index}.0.0/16`]]))
const withBackends = (ids: string[]): ReturnType<typeof telemetry> =>
  telemetry({
    inspector: inspector({ backends: () => ids.map((id) => backend(id)) }),
    config: config(ids, { networks }),
  })
const ten = (): ReturnType<typeof telemetry> => withBackends(TEN)

t.test('ten thousand connections and ten thousand clients do not add one series', async (t) => {
  const { events, series } = ten()
  const visit = (index: number): void => {
    const remoteAddress = `10.${index % 10}.${(index >> 8) & 255}.${index & 255}`
    const common = { connection: index, remoteAddress }
    events.emit('connection:open', { protocol: 'h3', handshakeSeconds: 0.1, resumed: index % 2 === 0 })
    events.emit('request:end', {
      ...REQUEST,
      remoteAddress,
      id: `r-${index}`,
      path: `/user/${index}`,
      host: `h${index}`,
    })
    events.emit('transport:sample', { ...common, sample: { ...SAMPLE, packetsSent: 9, rttSeconds: 0.05 } })
    events.emit('transport:path', {
      ...common,
      event: {
        kind: 'migrated',
        reason: 'nat_rebinding',
        success: true,
        seconds: 0.05,
        remoteAddress: `10.${index % 10}.1.${index & 255}`,
        remotePort: index,
        wasIdle: true,
      },
    })
    events.emit('transport:path', { ...common, event: { kind: 'validated', success: true, seconds: 0.05 } })
    events.emit('connection:close', {
      protocol: 'h3',
      reason: 'no_error',
      initiator: 'peer',
      durationSeconds: 9,
    })
  }
  // Node's own series of garbage collection appear when there has been one.
  const ours = async (): Promise<string[]> => (await series()).filter((name) => /^(quic)_/.test(name))
  const before = await ours()
  for (let index = 0; index < 10_000; index++) visit(index)
  t.same(await ours(), before)
})

t.test('ten backends and eight networks stay within the budget', async (t) => {
  const count = (await ten().series()).length
  t.comment(`${count} series`)
  t.ok(count <= BUDGET)
})

t.test('clients that try every method and status cannot leave the budget', async (t) => {
  const { events, samples } = ten()
  const methods = [...METHODS, 'BREW', 'PROPFIND']
  const each = (status: number, method: string, backendId: string): void => {
    for (const protocol of ['http/1.1', 'h2', 'h3'] as const) {
      events.emit('request:end', { ...REQUEST, status, method, backendId, protocol })
    }
  }
  for (let status = 100; status < 600; status++) {
    for (const method of methods) for (const id of [...TEN, 'none']) each(status, method, id)
  }
  const found = await samples()
  t.comment(`${found.size} series`)
  t.ok(found.size <= BUDGET)
  // Nothing is lost by folding, and everyday requests are still told apart.
  let total = 0
  for (const [name, value] of found) if (name.startsWith('quic_requests_total')) total += value
  t.equal(total, 500 * methods.length * 11 * 3)
  t.equal(found.get('quic_requests_total{method="GET",status="200",protocol="h2",backend_id="moodle-9"}'), 1)
})

t.test('when there are many, methods fold before statuses: failures are still seen', async (t) => {
  const { events, value } = ten()
  for (const status of [200, 201, 202, 204, 206]) {
    for (const method of METHODS) {
      for (const backendId of TEN) {
        for (const protocol of ['http/1.1', 'h2', 'h3'] as const) {
          events.emit('request:end', { ...REQUEST, status, method, backendId, protocol })
        }
      }
    }
  }
  events.emit('request:end', { ...REQUEST, status: 507 })
  t.equal(
    await value('quic_requests_total{method="_OTHER",status="507",protocol="h3",backend_id="moodle-1"}'),
    1,
  )
})

t.test('many backends leave room for the methods and statuses of each', async (t) => {
  const { events, value } = withBackends(Array.from({ length: 80 }, (_, index) => `moodle-${index + 1}`))
  const last = { ...REQUEST, backendId: 'moodle-80' }
  events.emit('request:end', last)
  events.emit('request:end', { ...last, method: 'PUT', status: 404 })
  const series = 'protocol="h3",backend_id="moodle-80"'
  t.equal(await value(`quic_requests_total{method="GET",status="200",${series}}`), 1)
  t.equal(await value(`quic_requests_total{method="PUT",status="404",${series}}`), 1)
})
