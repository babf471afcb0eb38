import t from 'tap'
import type { EngineCounters } from '../../../src/core/transport.ts'
import { CounterSeries, HistogramSeries } from '../../../src/telemetry/series.ts'
import { SAMPLE, inspector, telemetry } from './support.ts'

t.test('a figure that cannot be does not spoil the series', (t) => {
  const counter = new CounterSeries()
  const histogram = new HistogramSeries([1, 2])
  for (const wrong of [NaN, -1, Infinity, -Infinity]) {
    counter.add(wrong)
    histogram.observe(wrong)
  }
  counter.add(2)
  histogram.observe(2)
  t.equal(counter.value, 2)
  t.equal(histogram.sum, 2)
  t.same([...histogram.counts], [0, 1, 0])
  t.end()
})

t.test('a figure that is missing counts nothing', async (t) => {
  const { events, value } = telemetry({
    inspector: inspector({ engineCounters: () => ({}) as EngineCounters }),
  })
  events.emit('transport:sample', {
    connection: 1,
    remoteAddress: '192.0.2.7',
    sample: { ...SAMPLE, packetsSent: undefined as unknown as number },
  })
  t.equal(await value('quic_packets_sent_total{network="other"}'), 0)
  t.equal(await value('quic_stateless_resets_sent_total'), 0)
})
