/** Scraping pods: the examples agree with the job that the rules ask for, and Prometheus takes them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { ROAM_JOB } from '../../monitoring/rules/thresholds.ts'
import { skipWithout } from '../support/client-tools.ts'
import { checkConfig, MONITORING } from './support/check-config.ts'

const read = (path: string): string => readFileSync(join(MONITORING, path), 'utf8')
const pods = read('kubernetes/pod-discovery.yml')
const docker = read('prometheus/examples/docker.yml')

t.test('the job', async (t) => {
  for (const text of [pods, docker]) t.match(load(text), { scrape_configs: [{ job_name: ROAM_JOB }] })
  const monitor = load(read('kubernetes/service-monitor.yml'))
  t.match(monitor, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    spec: {
      jobLabel: 'app.kubernetes.io/name',
      selector: { matchLabels: { 'app.kubernetes.io/name': ROAM_JOB } },
      endpoints: [{ scheme: 'https', path: '/metrics', interval: '15s' }],
    },
  })
})

t.test('pods that have ended are not taken for a Roam that is down', async (t) => {
  t.match(load(pods), {
    scrape_configs: [
      {
        relabel_configs: [
          { action: 'keep' },
          { source_labels: ['__meta_kubernetes_pod_phase'], action: 'drop', regex: /Succeeded\|Failed/ },
        ],
      },
    ],
  })
})

t.test('promtool: containers', { skip: skipWithout('promtool', 'prometheus') }, async (t) => {
  const { code, stdout, stderr } = await checkConfig(t.testdir(), docker)
  t.equal(code, 0, stdout + stderr)
})

t.test('promtool: pods', { skip: skipWithout('promtool', 'prometheus') }, async (t) => {
  const { code, stdout, stderr } = await checkConfig(t.testdir(), pods)
  // Debian builds Prometheus without Kubernetes: there everything but the discovery itself is judged.
  if (/field kubernetes_sd_configs not found/.test(stderr)) {
    const other = pods.replace(
      /kubernetes_sd_configs:\n(?: {6}.*\n)+/,
      "static_configs: [{ targets: ['a:1'] }]\n",
    )
    const judged = await checkConfig(t.testdir(), other)
    t.equal(judged.code, 0, judged.stdout + judged.stderr)
  } else t.equal(code, 0, stdout + stderr)
})
