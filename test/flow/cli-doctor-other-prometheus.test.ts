/** The doctor before a real Prometheus that is not set up as Roam ships it. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { PrometheusApi } from '../../src/cli/prometheus-api.ts'
import { startPrometheusWith } from '../monitoring/support/small-prometheus.ts'
import { skipWithout } from '../support/client-tools.ts'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam.ts'
import { doctor } from './cli-doctor-support.ts'

const skip = skipWithout('prometheus', 'prometheus')

t.test('nothing is configured: each missing part is named', { skip }, async (t) => {
  const url = await startPrometheusWith(t, () => ({ 'prometheus.yml': '{}' }))
  const { checks } = await doctor('--url', await deadUrl(), '--prometheus', url, '--no-grafana')
  t.match(checks['prometheus'], /^ok:/)
  t.match(checks['scrape'], /^fail: Prometheus has no target of job roam → .*targets\/roam\.yml/)
  t.equal(checks['scrape-interval'], 'skip: Prometheus has no target of job roam')
  t.match(checks['rules'], /^fail: not loaded: roam-requests, .*roam-monitoring → .*rule_files/)
  t.match(checks['alertmanager'], /^fail: Prometheus knows none → /)
  t.match(checks['alerts'], /^warn: Watchdog, which always fires, does not → /)
})

t.test('alerts that fire are listed; an Alertmanager that has gone is told', { skip }, async (t) => {
  const gone = new URL(await deadUrl()).host
  const url = await startPrometheusWith(t, (self) => ({
    'prometheus.yml': `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs: [{ job_name: prometheus, static_configs: [{ targets: ["${self}"] }] }]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${gone}"] }] }] }
`,
    // Errors are seen as an increase: there must be a scrape before the first of them.
    'rules.yml': `groups:
  - name: own
    rules:
      - { alert: Broken, expr: up == 1, for: 3s, labels: { severity: critical }, annotations: { summary: It is broken } }
`,
  }))
  const prometheus = new PrometheusApi(new URL(url), 5000)
  const failed = 'increase(prometheus_notifications_errors_total[5m]) > 0'
  while ((await prometheus.query(failed)).length === 0) await sleep(200)
  const { checks } = await doctor('--url', await deadUrl(), '--prometheus', url, '--no-grafana')
  t.match(checks['alerts'], /^warn: firing: Broken \(critical\): It is broken → .*RUNBOOK/)
  t.match(
    checks['alertmanager'],
    new RegExp(`^fail: http://${gone}/.* did not take alerts .* → Alerts reach nobody`),
  )
})

t.test('of several instances the one that is down is told', { skip }, async (t) => {
  const { port, origin, caFile } = await startRoam(t)
  const gone = new URL(await deadUrl()).port
  const url = await startPrometheusWith(t, () => ({
    'prometheus.yml': `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: roam
    scheme: https
    tls_config: { ca_file: "${caFile}" }
    static_configs: [{ targets: ["localhost:${port}", "localhost:${gone}"] }]
`,
  }))
  const prometheus = new PrometheusApi(new URL(url), 5000)
  while ((await prometheus.query('up')).length < 2) await sleep(200)
  const { checks } = await doctor('--url', origin, '--ca', caFile, '--prometheus', url, '--no-grafana')
  t.match(
    checks['scrape'],
    new RegExp(`^fail: https://localhost:${gone}/.* \\(1 of 2 instances are up\\) → .*start Roam`),
  )
  t.match(checks['scrape-interval'], /^warn: every 1s instead of 5s → /)
})
