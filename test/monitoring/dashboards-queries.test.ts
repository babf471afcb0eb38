import t from 'tap'
import { DASHBOARDS, expressions } from '../../monitoring/dashboards/index.ts'
import { type Selector, selectors } from '../../monitoring/promql.ts'
import { knownNames } from './support/known-metrics.ts'

/** Counters, and the counting series of histograms. */
const COUNTING = /(_total|_bucket|_sum|_count)$|^node_netstat_/
/** Figures of the monitoring and of hosts are not Roam's: its menus do not choose among them. */
const NOT_OURS = /^(ALERTS$|prometheus_|alertmanager_|node_|quic_baseline_)/
/** Labels that a menu chooses values of → the menu. */
const MENUS = new Map([
  ['protocol', '$protocol'],
  ['backend_id', '$backend'],
  ['network', '$network'],
  ['pool', '$pool'],
])

for (const [uid, build] of Object.entries(DASHBOARDS)) {
  const queries = expressions(build()).filter(({ kind }) => kind !== 'variable')

  t.test(`${uid}: what only grows is shown as a rate or an increase, and nothing else is`, (t) => {
    for (const { panel, expr } of queries)
      for (const [, before, metric, , after] of expr.matchAll(/(\w*\(?)\b([\w:]+)(\{[^}]*\})(\[?)/g)) {
        if (metric!.includes(':')) continue
        const grows = COUNTING.test(metric!)
        t.equal(/^(rate|increase)\($/.test(before!), grows, `${panel}: ${metric!}`)
        t.equal(after === '[', grows, `${panel}: window of ${metric!}`)
      }
    t.end()
  })

  t.test(`${uid}: every rate takes its window from Grafana`, (t) => {
    for (const { panel, expr } of queries)
      for (const [, window] of expr.matchAll(/\brate\([^[]*\[([^\]]*)\]/g))
        t.equal(window, '$__rate_interval', panel)
    t.end()
  })

  t.test(`${uid}: every query obeys the menus that its metrics have labels for`, (t) => {
    const known = knownNames()
    for (const { panel, expr } of queries)
      for (const selector of withMenus(expr)) {
        if (NOT_OURS.test(selector.metric)) continue
        const demanded = new Map(selector.matchers.map(({ label, value }) => [label, value]))
        t.equal(demanded.get('job'), '$job', `${panel}: job of ${selector.metric}`)
        if (!selector.metric.includes(':'))
          t.equal(demanded.get('instance'), '$instance', `${panel}: instance of ${selector.metric}`)
        for (const [label, menu] of MENUS) {
          // In a join, quic_backend_info says which backends are of the chosen pools: all of them.
          if (!known.get(selector.metric)!.has(label) || selector.metric === 'quic_backend_info') continue
          const value = demanded.get(label)
          t.ok(value !== undefined, `${panel}: ${label} of ${selector.metric}`)
          if (value?.startsWith('$')) t.equal(value, menu, `${panel}: ${label} of ${selector.metric}`)
        }
        if (known.get(selector.metric)!.has('backend_id') && !selector.metric.includes(':'))
          t.match(expr, /pool[!=]~"\$pool"/, `${panel}: pool of ${selector.metric}`)
      }
    t.end()
  })
}

/** Selectors with their variables: a matcher's value is a string to PromQL, whatever stands in it. */
function withMenus(expr: string): readonly Selector[] {
  return selectors(expr.replaceAll(/\[\$\w+\]/g, '[5m]'))
}
