import t from 'tap'
import { parseMetrics } from '../../../src/cli/doctor/metrics-text.ts'

t.test('figures are summed over labels', async (t) => {
  const metrics = parseMetrics(
    '# HELP a b\n# TYPE a counter\na{x="1"} 2\na{x="} \\"",y="2"} 3.5e1\nb +Inf\nc NaN 1700000000000\n',
  )
  t.equal(metrics.series, 4)
  t.equal(metrics.sum('a'), 37)
  t.equal(metrics.sum('none'), undefined)
})

t.test('what is no metric is told with its line', async (t) => {
  t.throws(() => parseMetrics('a 1\n<html>\n'), { name: 'UserError', message: 'line 2 is no metric: <html>' })
})
