/** What a panel says is what it asks for: percentiles, shares, units, states, and where its links lead. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { GOOD } from '../../monitoring/dashboards/colours.ts'
import * as states from '../../monitoring/dashboards/states.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { dashboards, figures, limitsOf, targets, watchedBy } from './support/dashboards.ts'

const alerts = ALERT_GROUPS.flatMap(({ rules }) => rules)
const runbook = readFileSync(
  new URL('../../monitoring/prometheus/consoles/runbook.html', import.meta.url),
  'utf8',
)
/** How an alert writes its figure → the unit of the panel that draws its limit. */
const UNITS = [
  ['humanizePercentage', 'percentunit'],
  ['humanizeDuration', 's'],
] as const

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: a percentile is the one that its name says, of buckets that are kept apart`, (t) => {
    for (const panel of figures(dashboard))
      for (const { expr, legendFormat } of targets(panel)) {
        const asked = /histogram_quantile\(([\d.]+), sum by \(le\b/.exec(expr)
        t.equal(
          asked !== null,
          expr.includes('_bucket') && panel.type !== 'heatmap',
          `${panel.title!}: ${expr}`,
        )
        if (asked === null) continue
        const said = /\bp(\d+)\b/.exec(`${legendFormat} ${panel.title!}`)
        t.equal(Number(said?.[1]) / 100, Number(asked[1]), `${panel.title!}: ${legendFormat}`)
      }
    t.end()
  })

  t.test(`${uid}: a share of statuses is 0, not nothing, where none of them occurred`, (t) => {
    for (const panel of figures(dashboard))
      for (const { expr } of targets(panel))
        if (/status=~?"[45].*\//s.test(expr)) t.match(expr, ' or 0 * ', `${panel.title!}: ${expr}`)
    t.end()
  })

  t.test(`${uid}: a panel with an alert's limit has the unit of the alert's figure`, (t) => {
    for (const panel of figures(dashboard)) {
      if (limitsOf(panel).length === 0) continue
      // A burn rate is a multiple of what is planned, a budget what is left of it.
      const watched = alerts.filter(
        ({ alert }) => watchedBy(panel).includes(alert) && !alert.endsWith('Burn'),
      )
      for (const { summary } of watched)
        for (const [written, unit] of UNITS)
          if (summary.includes(written)) t.equal(panel.fieldConfig?.defaults.unit, unit, panel.title ?? '')
    }
    t.end()
  })

  t.test(`${uid}: links to the runbook lead to a place in it`, (t) => {
    for (const { title, links } of figures(dashboard))
      for (const { url } of links ?? [])
        t.ok(runbook.includes(`id="${url?.split('#')[1] ?? ''}"`), `${title!}: ${url!}`)
    t.end()
  })
}

t.test('states in which nothing is wrong are green, and no others', (t) => {
  for (const { text, colour } of [states.HEALTH, states.BREAKER, states.UP].flat())
    t.equal(colour === GOOD, ['healthy', 'closed', 'up'].includes(text), text)
  t.end()
})
