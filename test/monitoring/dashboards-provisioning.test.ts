import t from 'tap'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { composeFile } from './support/compose.ts'

const folder = new URL('../../monitoring/grafana/', import.meta.url)
const read = (path: string): unknown => load(readFileSync(new URL(path, folder), 'utf8'))
const scrapes = load(
  readFileSync(new URL('../../monitoring/prometheus/prometheus.yml', import.meta.url), 'utf8'),
) as { global: { scrape_interval: string } }

t.test(
  'Grafana finds Prometheus, Alertmanager and Loki under fixed uids, at the ports that they were given',
  (t) => {
    t.match(read('provisioning/datasources/roam.yml'), {
      apiVersion: 1,
      datasources: [
        {
          uid: 'prometheus',
          type: 'prometheus',
          isDefault: true,
          url: 'http://localhost:${ROAM_PROMETHEUS_PORT}',
        },
        { uid: 'alertmanager', type: 'alertmanager', url: 'http://localhost:${ROAM_ALERTMANAGER_PORT}' },
        // Grafana would ask a Loki that may not be there for alert rules.
        { uid: 'loki', type: 'loki', jsonData: { manageAlerts: false } },
      ],
    })
    t.end()
  },
)

t.test('$__rate_interval is made from the slowest scrape, so that no rate lacks samples', (t) => {
  const { datasources } = read('provisioning/datasources/roam.yml') as {
    datasources: { jsonData: { timeInterval?: string } }[]
  }
  t.equal(datasources[0]?.jsonData.timeInterval, scrapes.global.scrape_interval)
  t.end()
})

t.test('every variable of the provisioning files is set, with containers and without', (t) => {
  const files = ['provisioning/datasources/roam.yml', 'provisioning/dashboards/roam.yml']
  const grafana = composeFile().services['grafana']?.environment ?? {}
  const native = readFileSync(new URL('../../monitoring/lib/native.sh', import.meta.url), 'utf8')
  const wanted = files.flatMap((file) =>
    [...JSON.stringify(read(file)).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!),
  )
  t.same(wanted.sort(), ['ROAM_ALERTMANAGER_PORT', 'ROAM_DASHBOARDS', 'ROAM_PROMETHEUS_PORT'])
  for (const name of wanted) {
    t.ok(name in grafana, `${name} in the container`)
    t.match(native, new RegExp(`^ +export ${name}=`, 'm'), `${name} without one`)
  }
  t.end()
})

t.test('the dashboards’ folder is named by the environment, in a container and without one', (t) => {
  t.match(read('provisioning/dashboards/roam.yml'), {
    apiVersion: 1,
    providers: [{ type: 'file', allowUiUpdates: false, options: { path: '${ROAM_DASHBOARDS}' } }],
  })
  t.end()
})
