/** prometheus.yml is valid with everything beside it, and scrapes as the specification says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { ROAM_JOB } from '../../monitoring/rules/thresholds.ts'
import { skipWithout } from '../support/client-tools.ts'
import { checkConfig, MONITORING } from './support/check-config.ts'

interface ScrapeJob {
  readonly job_name: string
  readonly scheme?: string
  readonly scrape_interval?: string
  readonly file_sd_configs: readonly { readonly files: readonly string[] }[]
}
interface PrometheusConfig {
  readonly global: { readonly scrape_interval: string; readonly evaluation_interval: string }
  readonly scrape_configs: readonly ScrapeJob[]
}
interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

const folder = join(MONITORING, 'prometheus')
const text = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
const config = load(text) as PrometheusConfig

t.test('promtool', { skip: skipWithout('promtool', 'prometheus') }, async (t) => {
  const { code, stdout, stderr } = await checkConfig(t.testdir(), text)
  t.equal(code, 0, stdout + stderr)
  t.match(stderr + stdout, '2 rule files found')
})

t.test('promtool refuses what is wrong', { skip: skipWithout('promtool', 'prometheus') }, async (t) => {
  const { code } = await checkConfig(t.testdir(), text.replace('file_sd_configs', 'file_sd_config'))
  t.not(code, 0)
})

t.test('intervals', async (t) => {
  t.match(config.global, { scrape_interval: '15s', evaluation_interval: '15s' })
  const roam = config.scrape_configs.find(({ job_name }) => job_name === ROAM_JOB)
  t.match(roam, { scheme: 'https', scrape_interval: '5s' })
})

t.test('each job has a file of targets', async (t) => {
  for (const { job_name, file_sd_configs } of config.scrape_configs) {
    const files = file_sd_configs.flatMap(({ files }) => files)
    t.same(files, [`targets/${job_name}.yml`])
    t.ok(existsSync(join(folder, files[0] ?? '')), job_name)
  }
})

t.test('Roam and its host say where they belong', async (t) => {
  for (const job of [ROAM_JOB, 'node']) {
    const groups = load(readFileSync(join(folder, 'targets', `${job}.yml`), 'utf8')) as TargetGroup[]
    for (const { labels = {} } of groups) t.hasProps(labels, ['environment', 'cluster'], job)
  }
})
