import t from 'tap'
import { DASHBOARDS, expressions } from '../../monitoring/dashboards/index.ts'
import { unknownNames } from './support/known-metrics.ts'

/** label_values(metric{…}, label): Grafana's own function, not PromQL. */
const LABEL_VALUES = /^label_values\((.+), (\w+)\)$/

for (const [uid, build] of Object.entries(DASHBOARDS)) {
  t.test(`${uid}: every metric, label and value of its queries exists, and the PromQL is valid`, (t) => {
    for (const { panel, refId, expr, kind } of expressions(build())) {
      const [, selector, label] = LABEL_VALUES.exec(expr) ?? []
      t.equal(selector !== undefined, kind === 'variable', `${panel}: label_values() is for variables`)
      // The label, as a query that groups by it.
      const query = selector === undefined ? expr : `count by (${label!}) (${selector})`
      t.same(unknownNames(query), [], `${panel} (${refId}): ${expr}`)
    }
    t.end()
  })
}
