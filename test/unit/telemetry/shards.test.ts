import { AggregatorRegistry, Registry } from 'prom-client'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { createEvents } from '../../../src/core/events.ts'
import { createTelemetry } from '../../../src/telemetry/telemetry.ts'
import { REQUEST, config, inspector } from './support.ts'

t.test("several registries merge with the library's own aggregation", async (t) => {
  const shards = await Promise.all(
    [1, 2, 3].map(async (requests) => {
      const registry = new Registry()
      const events = createEvents()
      const made = createTelemetry({
        events,
        inspector: inspector(),
        config: config(),
        version: '0.1.0',
        commit: 'abc1234',
        clock: systemClock,
        registry,
      })
      for (let index = 0; index < requests; index++) events.emit('request:end', REQUEST)
      const json = structuredClone(await registry.getMetricsAsJSON())
      made.close()
      return json
    }),
  )
  const lines = (await AggregatorRegistry.aggregate(shards).metrics()).split('\n')
  const has = (line: string): boolean => t.ok(lines.includes(line), line)
  has('quic_requests_total{method="GET",status="200",protocol="h3",backend_id="moodle-1"} 6')
  has('quic_request_duration_seconds_count{protocol="h3",route_class="page"} 6')
  has('quic_backend_healthy{backend_id="moodle-1"} 1')
  has('quic_circuit_breaker_state{backend_id="moodle-1",state="closed"} 1')
  has('quic_build_info{version="0.1.0",commit="abc1234"} 1')
})
