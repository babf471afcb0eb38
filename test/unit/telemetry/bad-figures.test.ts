import t from 'tap'
import { CounterSeries, HistogramSeries } from '../../../src/telemetry/series.ts'

t.test('a figure that cannot be does not spoil the series', (t) => {
  const counter = new CounterSeries()
  const histogram = new HistogramSeries([1, 2])
  for (const wrong of [NaN, -1, Infinity, -Infinity]) {
    counter.inc(wrong)
    histogram.observe(wrong)
  }
  counter.inc(2)
  histogram.observe(2)
  t.equal(counter.value, 2)
  t.equal(histogram.sum, 2)
  t.same([...histogram.counts], [0, 1, 0])
  t.end()
})
