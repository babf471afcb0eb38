/** Looks into PromQL with Prometheus's own grammar: for the checks of rules and dashboards. */
import { parser } from '@prometheus-io/lezer-promql'

/** A selector such as up{job="roam"}: the metric's name and what is demanded of its labels. */
export interface Selector {
  readonly metric: string
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[]
}

/** A Grafana expression as Prometheus can read it: variables replaced by something that matches everything. */
export function withoutVariables(expr: string): string {
  return expr
    .replaceAll(/\$__(rate_interval|interval|range)/g, '5m')
    .replaceAll(/\$\{\w+(:\w+)?\}|\$\w+/g, '.*')
}

/** Where the expression cannot be parsed; undefined where it can. */
export function syntaxError(expr: string): string | undefined {
  let found: string | undefined
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError)
        found ??= `at character ${node.from}: …${expr.slice(Math.max(0, node.from - 20), node.to + 20)}…`
    },
  })
  return found
}

/** Every selector of the expression, in its order. */
export function selectors(expr: string): readonly Selector[] {
  const found: { metric: string; matchers: { label: string; operator: string; value: string }[] }[] = []
  const text = (node: { from: number; to: number }) => expr.slice(node.from, node.to)
  parser.parse(expr).iterate({
    enter(node) {
      if (node.name === 'VectorSelector') found.push({ metric: '', matchers: [] })
      const last = found.at(-1)
      if (last === undefined) return
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') last.metric = text(node)
      if (node.name === 'UnquotedLabelMatcher') {
        const [label, operator, value] = children(node.node).map(text)
        last.matchers.push({ label: label!, operator: operator!, value: value!.slice(1, -1) })
      }
    },
  })
  return found
}

/**
 * What an alert's expression compares: `a > 1 and b > 2` gives a and b. These must have values on a healthy system,
 * where the whole expression must not.
 */
export function comparedOperands(expr: string): readonly string[] {
  const operands = (node: Node): readonly string[] => {
    if (node.name === 'ParenExpr') return children(node).flatMap(operands)
    if (node.name !== 'BinaryExpr') return [expr.slice(node.from, node.to)]
    const parts = children(node)
    const operator = parts.find(({ name }) => OPERATORS.has(name))?.name ?? ''
    const [left, right] = [parts[0]!, parts.at(-1)!]
    if (SET_OPERATORS.has(operator)) return [...operands(left), ...operands(right)]
    if (COMPARISONS.has(operator)) return [left, right].filter(isVector).flatMap(operands)
    return [expr.slice(node.from, node.to)]
  }
  const top = parser.parse(expr).topNode.firstChild
  return top === null ? [] : operands(top)

  function isVector(node: Node): boolean {
    let has = false
    node.cursor().iterate((inner) => {
      if (inner.from >= node.from && inner.to <= node.to && inner.name === 'VectorSelector') has = true
    })
    return has
  }
}

type Node = NonNullable<ReturnType<typeof parser.parse>['topNode']['firstChild']>

function children(node: Node): Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child)
  return found
}

const SET_OPERATORS: ReadonlySet<string> = new Set(['And', 'Or', 'Unless'])
const COMPARISONS: ReadonlySet<string> = new Set(['Gtr', 'Lss', 'Gte', 'Lte', 'Eql', 'Neq'])
const OPERATORS: ReadonlySet<string> = new Set([...SET_OPERATORS, ...COMPARISONS])
