import t from 'tap'
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'

const folder = new URL('../../monitoring/grafana/', import.meta.url)
const read = (path: string): unknown => load(readFileSync(new URL(path, folder), 'utf8'))
const scrapes = load(
  readFileSync(new URL('../../monitoring/prometheus/prometheus.yml', import.meta.url), 'utf8'),
) as { global: { scrape_interval: string } }

t.test('Grafana finds Prometheus and Alertmanager under fixed uids', (t) => {
  t.match(read('provisioning/datasources/roam.yml'), {
    apiVersion: 1,
    datasources: [
      { uid: 'prometheus', type: 'prometheus', isDefault: true },
      { uid: 'alertmanager', type: 'alertmanager' },
    ],
  })
  t.end()
})

t.test('$__rate_interval is made from the slowest scrape, so that no rate lacks samples', (t) => {
  const { datasources } = read('provisioning/datasources/roam.yml') as {
    datasources: { jsonData: { timeInterval?: string } }[]
  }
  t.equal(datasources[0]?.jsonData.timeInterval, scrapes.global.scrape_interval)
  t.end()
})

t.test('the dashboards’ folder is named by the environment, in a container and without one', (t) => {
  t.match(read('provisioning/dashboards/roam.yml'), {
    apiVersion: 1,
    providers: [{ type: 'file', allowUiUpdates: false, options: { path: '${ROAM_DASHBOARDS}' } }],
  })
  t.end()
})
