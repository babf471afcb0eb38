/** A share or a mean is one only while both sides count the same: what a menu takes from one side, it takes from the other. */
import { parser } from '@prometheus-io/lezer-promql'
import t from 'tap'
import { DASHBOARDS, expressions } from '../../monitoring/dashboards/index.ts'
import { selectors } from '../../monitoring/promql.ts'

const COUNTED = /\b(rate|increase)\(/

for (const [uid, build] of Object.entries(DASHBOARDS)) {
  t.test(`${uid}: both sides of a division obey the same menus`, (t) => {
    for (const { panel, expr, kind } of expressions(build())) {
      if (kind === 'variable') continue
      for (const [left, right] of divisions(expr)) t.same(menus(left), menus(right), `${panel}: ${expr}`)
    }
    t.end()
  })
}

for (const [uid, build] of Object.entries(DASHBOARDS)) {
  t.test(`${uid}: nothing is divided by what may be 0 while the other side is not`, (t) => {
    // A graph with one infinite value shows nothing at all: packets go on while nobody asks, requests without new connections.
    for (const { panel, expr, kind } of expressions(build())) {
      if (kind === 'variable') continue
      for (const [left, right] of divisions(expr))
        if (COUNTED.test(right) && !families(left).every((one) => families(right).includes(one)))
          t.match(right, / > 0\)$/, `${panel}: ${expr}`)
    }
    t.end()
  })
}

function families(expr: string): readonly string[] {
  return selectors(expr).map(({ metric }) => metric.replace(/_(sum|count|bucket)$/, ''))
}

/** Both sides of each; a number on one side fits everything. */
function divisions(expr: string): readonly (readonly [left: string, right: string])[] {
  // Windows are no numbers to the grammar; menus stand in strings.
  const readable = expr.replaceAll(/\[\$\w+\]/g, '[5m]')
  const found: [string, string][] = []
  parser.parse(readable).iterate({
    enter({ name, node }) {
      if (name !== 'BinaryExpr' || node.getChild('Div') === null) return
      const [left, right] = [node.firstChild!, node.lastChild!].map(({ from, to }) =>
        readable.slice(from, to),
      )
      if (!/^[\d.]+$/.test(left!) && !/^[\d.]+$/.test(right!)) found.push([left!, right!])
    },
  })
  return found
}

function menus(expr: string): readonly string[] {
  return [...new Set([...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name!))].sort()
}
