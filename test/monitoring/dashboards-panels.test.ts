import t from 'tap'
import { type Target, dashboards, figures, panels, targets } from './support/dashboards.ts'

/** Grafana's names of units; it shows a name that it does not know as if it were a unit. */
const UNITS = ['s', 'bytes', 'Bps', 'percentunit', 'reqps', 'cps', 'pps', 'short', 'none', 'suffix:x']

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: every panel says what it shows`, (t) => {
    const titles = panels(dashboard).map(({ title }) => title)
    t.same(titles, [...new Set(titles)], 'no title twice')
    for (const { title, description = '' } of panels(dashboard)) {
      t.match(title, /^\S/, 'title')
      t.match(description, /^[A-Z0-9].{20,}[.]$/s, `${title!}: a description in sentences`)
    }
    t.end()
  })

  t.test(`${uid}: every figure has queries, a unit and the chosen data source`, (t) => {
    for (const panel of figures(dashboard)) {
      const title = panel.title!
      t.ok(UNITS.includes(panel.fieldConfig?.defaults.unit ?? ''), `${title}: unit`)
      t.same(panel.datasource, { type: 'prometheus', uid: '${datasource}' }, `${title}: data source`)
      t.ok(targets(panel).length > 0, `${title}: queries`)
      for (const { datasource } of targets(panel))
        t.same(datasource, panel.datasource, `${title}: data source of each query`)
      const refIds = targets(panel).map(({ refId }) => refId)
      t.same(refIds, [...new Set(refIds)], `${title}: no refId twice`)
    }
    t.end()
  })

  t.test(`${uid}: no two lines of a panel have one name`, (t) => {
    for (const panel of figures(dashboard)) {
      const legends = targets(panel).map(({ legendFormat }) => legendFormat)
      t.same(legends, [...new Set(legends)], `${panel.title!}: one name for each query`)
      for (const target of targets(panel)) {
        t.match(target.legendFormat, /./, `${panel.title!} (${target.refId}): a name`)
        // A table shows labels as columns; a heat map's legend is its axis.
        if (panel.type !== 'table')
          t.same(namedLabels(target), keptLabels(target), `${panel.title!} (${target.refId})`)
      }
    }
    t.end()
  })
}

function namedLabels({ legendFormat }: Target): readonly string[] {
  return [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!).sort()
}

/** What the outermost aggregation keeps; without one the process's address, and what tells its series apart. */
function keptLabels({ expr, format }: Target): readonly string[] {
  const aggregation = /\b(?:sum|min|max|avg|count)\b(?: by \(([^)]*)\))?/.exec(expr)
  const recorded = /\b(job\w*):/.exec(expr)?.[1]
  const kept =
    aggregation !== null
      ? (aggregation[1] ?? '')
          .split(', ')
          .filter((label) => label !== '' && (label !== 'le' || format === 'heatmap'))
      : recorded !== undefined
        ? recorded.split('_').filter((label) => label !== 'job')
        : expr.includes('node_filesystem')
          ? ['instance', 'mountpoint']
          : ['instance']
  return [...kept].sort()
}
