import { totalmem } from 'node:os'
import t from 'tap'
import { memoryLimit } from '../../../src/telemetry/sections/process.ts'
import { ManualClock, backend, inspector, telemetry } from './support.ts'

t.test('a certificate shows when it expires, the earliest of those with one name', async (t) => {
  const { value } = telemetry({
    inspector: inspector({
      certificates: () => [
        { commonName: 'moodle.example.org', notAfter: new Date('2031-01-01T00:00:00Z') },
        { commonName: 'moodle.example.org', notAfter: new Date('2030-01-01T00:00:00Z') },
      ],
    }),
  })
  t.equal(
    await value('quic_tls_certificate_not_after_timestamp_seconds{cn="moodle.example.org"}'),
    Date.parse('2030-01-01T00:00:00Z') / 1000,
  )
})

t.test('the build and the time of the configuration are shown', async (t) => {
  const clock = new ManualClock()
  clock.advance(5000)
  const { value } = telemetry({ clock })
  t.equal(await value('quic_build_info{version="0.1.0",commit="abc1234"}'), 1)
  t.equal(
    await value('quic_config_last_reload_success_timestamp_seconds'),
    (performance.timeOrigin + 5000) / 1000,
  )
  t.equal(await value('quic_load_balancer_algorithm_info{algorithm="least-requests"}'), 1)
})

t.test('each backend is shown with its pool', async (t) => {
  const { value } = telemetry({ inspector: inspector({ backends: () => [backend('b', { pool: 'files' })] }) })
  t.equal(await value('quic_backend_info{backend_id="b",pool="files"}'), 1)
})

t.test('the memory limit is the control group’s where it has one, else the machine’s', async (t) => {
  t.equal(memoryLimit(512, 4096), 512)
  t.equal(memoryLimit(0, 4096), 4096, 'unknown')
  t.equal(memoryLimit(2 ** 64, 4096), 4096, 'none')
  const { value } = telemetry()
  const shown = (await value('quic_memory_limit_bytes'))!
  t.ok(shown > 0 && shown <= totalmem())
})

t.test('lines that the log lost are counted', async (t) => {
  const { value } = telemetry({ inspector: inspector({ logLinesDropped: () => 7 }) })
  t.equal(await value('quic_log_dropped_total'), 7)
})
