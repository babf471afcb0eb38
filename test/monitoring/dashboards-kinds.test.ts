/** Traps of Grafana's kinds of panel, which show a wrong figure without a word. */
import t from 'tap'
import { dashboards, figures, targets } from './support/dashboards.ts'

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: a single number of one of several things is asked for now`, (t) => {
    // Over time, the last value of a backend that was taken out half an hour ago would stand there as its state.
    for (const panel of figures(dashboard).filter(({ type }) => type === 'stat'))
      for (const { instant, legendFormat } of targets(panel))
        if (legendFormat.includes('{{')) t.ok(instant, `${panel.title!}: now`)
    t.end()
  })

  t.test(`${uid}: a single number is the last one`, (t) => {
    for (const { title, type, options } of figures(dashboard))
      if (type === 'stat') t.match(options, { reduceOptions: { calcs: ['lastNotNull'] } }, title ?? '')
    t.end()
  })

  t.test(`${uid}: a lamp has its name on it, even where there is only one`, (t) => {
    for (const { title, options, fieldConfig } of figures(dashboard))
      if ((options as { colorMode?: string }).colorMode === 'background' && fieldConfig !== undefined)
        t.match(options, { textMode: 'value_and_name' }, title ?? '')
    t.end()
  })

  t.test(`${uid}: a limit is drawn against its own axis alone`, (t) => {
    for (const { title, fieldConfig } of figures(dashboard)) {
      if (
        (fieldConfig?.defaults.custom as { thresholdsStyle?: object } | undefined)?.thresholdsStyle ===
        undefined
      )
        continue
      for (const properties of fieldConfig?.overrides.map((one) => one.properties) ?? [])
        if (properties.some(({ id }) => id === 'custom.axisPlacement'))
          t.match(
            properties.find(({ id }) => id === 'custom.thresholdsStyle')?.value,
            { mode: 'off' },
            title ?? '',
          )
    }
    t.end()
  })

  t.test(`${uid}: the cells of a heat map count; its unit is that of the axis`, (t) => {
    for (const { title, type, options } of figures(dashboard))
      if (type === 'heatmap') t.match(options, { cellValues: { unit: 'cps' } }, title ?? '')
    t.end()
  })

  t.test(`${uid}: graphs ask over time, tables for now, and each for the form that it draws`, (t) => {
    for (const panel of figures(dashboard))
      for (const { instant, range, format, refId } of targets(panel)) {
        t.equal(instant, range !== true, `${panel.title!} (${refId})`)
        t.equal(format === 'table', panel.type === 'table', `${panel.title!} (${refId}): rows`)
        t.equal(format === 'heatmap', panel.type === 'heatmap', `${panel.title!} (${refId}): buckets`)
        if (['timeseries', 'heatmap', 'state-timeline'].includes(panel.type))
          t.ok(range, `${panel.title!}: over time`)
        if (panel.type === 'table') t.ok(instant, `${panel.title!}: now`)
      }
    t.end()
  })
}
