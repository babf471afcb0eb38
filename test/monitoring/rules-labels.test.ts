/**
 * Labels through an expression. Two sides of a division that keep different labels match nothing, and an annotation that
 * names a label which the expression has dropped is a sentence with a hole; Prometheus complains of neither.
 */
import { parser } from '@prometheus-io/lezer-promql'
import t from 'tap'
import { selectors } from '../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import { knownNames } from './support/known-metrics.ts'

type Node = NonNullable<ReturnType<typeof parser.parse>['topNode']['firstChild']>
/** Undefined: a number, which fits everything. */
type Labels = readonly string[] | undefined

const records = RECORDING_GROUPS.flatMap(({ rules }) => rules)
const alerts = ALERT_GROUPS.flatMap(({ rules }) => rules)
const known = knownNames()

t.test('both sides of an operation keep the same labels, or it says on which they meet', async (t) => {
  for (const { record, expr } of records) t.strictSame(follow(expr).mismatches, [], record)
  for (const { alert, expr } of alerts) t.strictSame(follow(expr).mismatches, [], alert)
})

t.test('the level of a recording rule is the labels it keeps', async (t) => {
  for (const { record, expr } of records)
    t.equal(record.split(':')[0], follow(expr).always.join('_').replace('backend_id', 'backend'), record)
})

t.test('annotations name labels that the expression keeps', async (t) => {
  for (const { alert, expr, summary, description } of alerts) {
    const { always, sometimes } = follow(expr)
    for (const [action] of `${summary} ${description}`.matchAll(/\{\{.*?\}\}/g)) {
      // `with` and `or` are made for labels that may be missing.
      const allowed = /^\{\{ (with|or) /.test(action) ? sometimes : always
      for (const [, label] of action.matchAll(/\$labels\.(\w+)/g))
        t.ok(allowed.includes(label!), `${alert}: ${label}`)
    }
  }
})

interface Followed {
  /** Labels of every series that comes out; without those of the rule itself. */
  readonly always: readonly string[]
  /** Labels of some. */
  readonly sometimes: readonly string[]
  readonly mismatches: readonly string[]
}

function follow(expr: string): Followed {
  const mismatches: string[] = []
  const alternatives: Labels[] = []
  const top = parser.parse(expr).topNode.firstChild!
  const collect = (node: Node): void => {
    if (node.name === 'BinaryExpr' && node.getChild('Or') !== null) {
      collect(node.firstChild!)
      collect(node.lastChild!)
    } else alternatives.push(labelsOf(node))
  }
  collect(top)
  const kept = alternatives.map((labels) => labels ?? [])
  return {
    always: kept[0]!.filter((label) => kept.every((labels) => labels.includes(label))),
    sometimes: kept.flat(),
    mismatches,
  }

  function labelsOf(node: Node): Labels {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return undefined
      case 'VectorSelector':
        return [...known.get(text(node.getChild('Identifier')!))!.keys()]
      case 'MatrixSelector':
      case 'OffsetExpr':
      case 'ParenExpr':
        return labelsOf(node.firstChild!)
      case 'AggregateExpr':
        labelsOf(node.getChild('FunctionCallBody')!.firstChild!)
        return grouping(node.getChild('AggregateModifier')!)
      case 'FunctionCall':
        return labelsOfCall(text(node.getChild('FunctionIdentifier')!), node)
      case 'BinaryExpr':
        return labelsOfOperation(node)
      default:
        throw new Error(`this check does not know ${node.name} yet: ${text(node)}`)
    }
  }

  function labelsOfCall(name: string, node: Node): Labels {
    const argument = node.getChild('FunctionCallBody')?.lastChild
    if (name === 'time') return undefined
    if (name === 'vector') return []
    if (name === 'absent') {
      // Only what the selector demands exactly can be known of what is not there.
      const demanded = selectors(text(node)).flatMap(({ matchers }) => matchers)
      return demanded.filter(({ operator }) => operator === '=').map(({ label }) => label)
    }
    const labels = labelsOf(argument!)
    return name === 'histogram_quantile' ? labels?.filter((label) => label !== 'le') : labels
  }

  function labelsOfOperation(node: Node): Labels {
    const left = labelsOf(node.firstChild!)
    const right = labelsOf(node.lastChild!)
    if (left === undefined || right === undefined) return left ?? right
    const matching = node.getChild('MatchingModifierClause')
    if (matching === null) {
      if (node.getChild('Or') === null && !(within(left, right) && within(right, left)))
        mismatches.push(text(node))
      return left
    }
    const on = grouping(matching)
    if (!within(on, left) || !within(on, right)) mismatches.push(text(node))
    const filters = node.getChild('And') !== null || node.getChild('Unless') !== null
    return filters || matching.getChild('GroupLeft') !== null ? left : on
  }

  function grouping(node: Node): readonly string[] {
    const names = node.getChild('GroupingLabels')!.getChildren('LabelName')
    return names.map(text)
  }

  function text({ from, to }: { readonly from: number; readonly to: number }): string {
    return expr.slice(from, to)
  }
}

function within(some: readonly string[], all: readonly string[]): boolean {
  return some.every((label) => all.includes(label))
}
