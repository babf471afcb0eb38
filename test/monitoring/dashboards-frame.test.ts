import t from 'tap'
import { dashboards } from './support/dashboards.ts'

const MENUS = ['datasource', 'job', 'instance', 'pool', 'backend', 'protocol', 'network']

/** Menus whose values depend on others than the job and the instance. */
const NARROWED_BY: Readonly<Record<string, readonly string[]>> = {
  job: [],
  instance: ['job'],
  backend: ['job', 'instance', 'pool'],
}

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: looks and behaves like the others`, (t) => {
    t.match(dashboard, {
      uid,
      tags: ['roam'],
      editable: false,
      graphTooltip: 1,
      refresh: '5s',
      time: { from: 'now-1h', to: 'now' },
      schemaVersion: 42,
    })
    t.match(dashboard.title, /./)
    t.match(dashboard.description, /[.]$/)
    t.notOk(dashboard.id, 'Grafana gives the number')
    t.end()
  })

  t.test(`${uid}: has every menu, all values chosen, read anew with the time range`, (t) => {
    const list = dashboard.templating.list ?? []
    t.same(
      list.map(({ name }) => name),
      MENUS,
    )
    const [datasource, ...queries] = list
    t.match(datasource, { type: 'datasource', query: 'prometheus' })
    for (const { name, multi, includeAll, allValue, refresh, datasource: from } of queries) {
      t.same({ multi, includeAll, refresh }, { multi: true, includeAll: true, refresh: 2 }, name)
      t.equal(from?.uid, '${datasource}', name)
      // process_* of job .* would be those of Prometheus and node-exporter too.
      t.equal(allValue, name === 'job' ? undefined : '.*', name)
    }
    for (const { name, query } of queries) {
      const asked = [...(query as string).matchAll(/\$(\w+)/g)].map(([, menu]) => menu)
      t.same(
        asked,
        NARROWED_BY[name] ?? ['job', 'instance'],
        `${name}: offers what the menus before it leave`,
      )
    }
    t.end()
  })

  t.test(`${uid}: marks restarts, reloads, backends and alerts`, (t) => {
    const marks = dashboard.annotations.list ?? []
    const queries = marks.map(({ expr }) => expr).join('\n')
    for (const metric of [
      'process_start_time_seconds',
      'quic_config_last_reload_success_timestamp_seconds',
      'quic_config_reloads_total',
      'quic_backend_state_changes_total',
      'ALERTS',
    ])
      t.ok(queries.includes(metric), metric)
    for (const { name, datasource, enable } of marks)
      t.same({ uid: datasource?.uid, enable }, { uid: '${datasource}', enable: true }, name)
    t.end()
  })

  t.test(`${uid}: leads to the other dashboards, with time and menus, and to the runbook`, (t) => {
    const [menu, runbook] = dashboard.links ?? []
    t.match(menu, { type: 'dashboards', tags: ['roam'], keepTime: true, includeVars: true })
    t.match(runbook, { type: 'link', url: /runbook\.html$/ })
    t.end()
  })
}
