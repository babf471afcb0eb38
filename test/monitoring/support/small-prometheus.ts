/** A real Prometheus with a configuration of the test's own: quick, with a history, or with nothing. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { run } from '../../support/client-tools.ts'
import { findProgram, freePort, startDaemon, untilReady } from './daemon.ts'

const RULES = fileURLToPath(new URL('../../../monitoring/prometheus/rules/recording.yml', import.meta.url))

/** Scrapes Roam with the shipped recording rules, all of them every second. */
export async function startQuickPrometheus(t: Test, roamPort: number, caFile: string): Promise<string> {
  const shipped = readFileSync(RULES, 'utf8')
  const quick = shipped.replaceAll(/^ {4}interval: .*\n/gm, '')
  if (quick === shipped)
    throw new Error('no group of the rules has an interval of its own: this copy is not needed')
  return startPrometheusWith(t, () => ({
    'rules.yml': quick,
    'prometheus.yml': `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: roam
    scheme: https
    tls_config: { ca_file: "${caFile}" }
    static_configs: [{ targets: ['localhost:${roamPort}'] }]
`,
  }))
}

/** Has the given series (OpenMetrics text) and nothing else. */
export async function startPrometheusWithHistory(t: Test, openMetrics: string): Promise<string> {
  const folder = t.testdir({ 'history.om': `${openMetrics}# EOF\n`, 'prometheus.yml': '{}\n', data: {} })
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=168h']
  const { code, stderr } = await run('promtool', [...args, join(folder, 'history.om'), join(folder, 'data')])
  if (code !== 0) throw new Error(`promtool: ${stderr}`)
  return start(t, folder, await freeAddress())
}

/** `files`: prometheus.yml and what it names, from the address at which Prometheus will answer. */
export async function startPrometheusWith(
  t: Test,
  files: (address: string) => Readonly<Record<string, string>>,
): Promise<string> {
  const address = await freeAddress()
  return start(t, t.testdir(files(address)), address)
}

async function freeAddress(): Promise<string> {
  return `127.0.0.1:${await freePort()}`
}

async function start(t: Test, folder: string, address: string): Promise<string> {
  const daemon = startDaemon(findProgram('prometheus'), [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=${address}`,
  ])
  t.teardown(() => daemon.close())
  await untilReady(daemon, `http://${address}/-/ready`)
  return `http://${address}`
}
