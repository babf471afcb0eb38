/** A reload: series of what is gone disappear, those of what came begin at 0, the rest go on. */
import t from 'tap'
import { REQUEST, backend, config, inspector, pool, telemetry } from './support.ts'

const exams = {
  name: 'exams',
  policy: 'round-robin',
  backends: [{ id: 'exam-1' }],
}

t.test('a backend that is gone leaves no series', async (t) => {
  let backends = ['moodle-1', 'moodle-2']
  const { telemetry: made, series } = telemetry({
    inspector: inspector({ backends: () => backends.map((id) => backend(id)) }),
  })
  t.ok((await series()).some((name) => name.includes('moodle-2')))
  backends = ['moodle-1']
  made.reconfigure(config(backends))
  t.same(
    (await series()).filter((name) => name.includes('moodle-2')),
    [],
  )
})

t.test(
  'a backend and a pool that came have the series of those that were there from the start',
  async (t) => {
    const {
      telemetry: made,
      series,
      value,
    } = telemetry({
      inspector: inspector({
        backends: () => [backend('moodle-1'), backend('moodle-2'), backend('moodle-3')],
        pools: () => [pool('moodle'), pool('exams')],
      }),
    })
    const { pools } = config(['moodle-1', 'moodle-2', 'moodle-3'])
    made.reconfigure(config([], { pools: [...pools, exams] }))
    const of = async (id: string): Promise<string[]> =>
      (await series()).filter((name) => name.includes(`"${id}"`)).map((name) => name.replace(id, ''))
    t.same((await of('moodle-3')).sort(), (await of('moodle-1')).sort())
    t.same(
      (await of('exams')).sort(),
      (await of('moodle')).filter((name) => !name.includes('backend_id')).sort(),
    )
    t.equal(await value('quic_backend_selected_total{backend_id="exam-1",algorithm="round-robin"}'), 0)
  },
)

t.test('what stays goes on counting', async (t) => {
  const { events, telemetry: made, value } = telemetry()
  const count = (): void => {
    events.emit('request:end', REQUEST)
    events.emit('backend:selected', { backendId: 'moodle-1', policy: 'least-requests' })
    events.emit('backend:response', { backendId: 'moodle-1', seconds: 0.5 })
    events.emit('queue:enter', { pool: 'moodle', position: 1 })
  }
  count()
  made.reconfigure(config(['moodle-1', 'moodle-3']))
  count()
  t.equal(
    await value('quic_requests_total{method="GET",status="200",protocol="h3",backend_id="moodle-1"}'),
    2,
  )
  t.equal(await value('quic_backend_selected_total{backend_id="moodle-1",algorithm="least-requests"}'), 2)
  t.equal(await value('quic_backend_response_time_seconds_count{backend_id="moodle-1"}'), 2)
  t.equal(await value('quic_queue_position_count{pool="moodle"}'), 2)
})

t.test('what ends late at a backend that is gone is a request of none, and no series of it', async (t) => {
  const {
    events,
    telemetry: made,
    value,
    series,
  } = telemetry({
    inspector: inspector({ backends: () => [backend('moodle-1')] }),
  })
  const late = (): void => {
    events.emit('request:end', { ...REQUEST, backendId: 'moodle-2' })
    events.emit('backend:selected', { backendId: 'moodle-2', policy: 'least-requests' })
    events.emit('backend:response', { backendId: 'moodle-2', seconds: 0.5 })
    events.emit('backend:error', { backendId: 'moodle-2', stage: 'read' })
    events.emit('breaker:failure', { backendId: 'moodle-2' })
  }
  late()
  made.reconfigure(config(['moodle-1']))
  late()
  t.same(
    (await series()).filter((name) => name.includes('moodle-2')),
    [],
  )
  t.equal(await value('quic_requests_total{method="GET",status="200",protocol="h3",backend_id="none"}'), 1)
})

t.test('a backend that comes back begins at 0 and is counted', async (t) => {
  const { events, telemetry: made, value } = telemetry()
  const count = (): void => {
    events.emit('request:end', REQUEST)
    events.emit('backend:response', { backendId: 'moodle-1', seconds: 0.5 })
    events.emit('backend:error', { backendId: 'moodle-1', stage: 'read' })
  }
  count()
  made.reconfigure(config(['moodle-2']))
  count()
  made.reconfigure(config(['moodle-1']))
  const requests = 'quic_requests_total{method="GET",status="200",protocol="h3",backend_id="moodle-1"}'
  t.equal(await value(requests), 0)
  count()
  t.equal(await value(requests), 1)
  t.equal(await value('quic_backend_response_time_seconds_count{backend_id="moodle-1"}'), 1)
  t.equal(await value('quic_backend_errors_total{backend_id="moodle-1",stage="read"}'), 1)
})

t.test('another policy: the series of the former one is gone', async (t) => {
  const { events, telemetry: made, value, series } = telemetry()
  made.reconfigure(
    config([], {
      pools: [
        { name: 'moodle', policy: 'random-two', backends: [{ id: 'moodle-1' }] },
        { name: 'files', policy: 'least-requests', backends: [{ id: 'moodle-2' }] },
      ],
    }),
  )
  events.emit('backend:selected', { backendId: 'moodle-1', policy: 'random-two' })
  // Chosen before the reload, told after it.
  events.emit('backend:selected', { backendId: 'moodle-1', policy: 'least-requests' })
  t.equal(await value('quic_backend_selected_total{backend_id="moodle-1",algorithm="random-two"}'), 1)
  t.equal((await series()).filter((name) => name.startsWith('quic_backend_selected_total')).length, 2)
})

t.test('listeners and limits are those of the configuration in force', async (t) => {
  const { telemetry: made, value } = telemetry()
  made.reconfigure(
    config(['moodle-1'], { listeners: [{ protocols: ['h2'] }], limits: { maxConnections: 5 } }),
  )
  t.equal(await value('quic_listeners{protocol="h3"}'), 0)
  t.equal(await value('quic_connections_limit'), 5)
})
