/** An alert without a comparison fires for every series there is. */
import { parser } from '@prometheus-io/lezer-promql'
import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'

type Node = NonNullable<ReturnType<typeof parser.parse>['topNode']['firstChild']>

const SETS = ['And', 'Or', 'Unless']
const COMPARISONS = ['Gtr', 'Lss', 'Gte', 'Lte', 'Eql', 'Neq']

for (const { alert, expr } of ALERT_GROUPS.flatMap(({ rules }) => rules)) {
  // Always firing: that is what it is for.
  if (alert === 'Watchdog') continue
  t.strictSame(uncompared(expr), [], `${alert} compares whatever it reads`)
}

function uncompared(expr: string): readonly string[] {
  const visit = (node: Node): readonly string[] => {
    const text = expr.slice(node.from, node.to)
    if (node.name === 'ParenExpr') return visit(node.firstChild!)
    if (node.name === 'FunctionCall' && text.startsWith('absent(')) return []
    if (node.name !== 'BinaryExpr') return [text]
    if (SETS.some((name) => node.getChild(name) !== null))
      return [...visit(node.firstChild!), ...visit(node.lastChild!)]
    return COMPARISONS.some((name) => node.getChild(name) !== null) ? [] : [text]
  }
  return visit(parser.parse(expr).topNode.firstChild!)
}
