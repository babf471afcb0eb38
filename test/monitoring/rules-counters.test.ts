/** A counter by itself only says how long the process has run; the rate of a gauge says nothing. */
import { parser } from '@prometheus-io/lezer-promql'
import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import { CATALOGUE } from '../../src/telemetry/catalogue.ts'

/** What may be asked of a counter, besides whether it exists. */
const OF_COUNTERS = new Set(['rate', 'increase'])
/** node-exporter copies counters of the kernel under its names. */
const KERNEL_COUNTERS = /^node_netstat_/
const SUFFIX = /_(total|bucket|count|sum)$/

const expressions = [
  ...RECORDING_GROUPS.flatMap(({ rules }) => rules).map(({ record, expr }) => ({ name: record, expr })),
  ...ALERT_GROUPS.flatMap(({ rules }) => rules).map(({ alert, expr }) => ({ name: alert, expr })),
]

t.test('counters are read through rate() or increase(), and nothing else is', async (t) => {
  for (const { name, expr } of expressions) {
    for (const { metric, reader } of readings(expr)) {
      if (reader === 'absent') continue
      t.equal(
        OF_COUNTERS.has(reader ?? ''),
        isCounter(metric),
        `${name}: ${reader ?? 'nothing'} of ${metric}`,
      )
    }
  }
})

t.test('what is written _total is a counter, and no counter is written otherwise', async (t) => {
  for (const { name, type } of CATALOGUE) t.equal(name.endsWith('_total'), type === 'counter', name)
})

function isCounter(metric: string): boolean {
  // A recorded level: its own name ends otherwise.
  if (metric.includes(':')) return false
  return KERNEL_COUNTERS.test(metric) || SUFFIX.test(metric)
}

/** Every selector's metric, and the function that is applied to it at once. */
function readings(expr: string): readonly { readonly metric: string; readonly reader: string | undefined }[] {
  const found: { metric: string; reader: string | undefined }[] = []
  parser.parse(expr).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return
      const outer = node.parent?.name === 'MatrixSelector' ? node.parent : node
      const call = outer.parent?.name === 'FunctionCallBody' ? outer.parent.parent : null
      const reader = call?.getChild('FunctionIdentifier')
      const identifier = node.getChild('Identifier')!
      found.push({
        metric: expr.slice(identifier.from, identifier.to),
        reader: reader ? expr.slice(reader.from, reader.to) : undefined,
      })
    },
  })
  return found
}
