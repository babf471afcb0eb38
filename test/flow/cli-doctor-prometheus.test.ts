/** The doctor before a real Prometheus with the shipped configuration and rules. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { ensureDevCertificates } from '../../src/cli/dev-ca/dev-certificates.ts'
import { startPrometheus } from '../monitoring/support/prometheus.ts'
import type { Prometheus } from '../monitoring/support/prometheus.ts'
import { skipWithout } from '../support/client-tools.ts'
import { startRoam } from '../support/roam.ts'
import type { Roam, RoamOptions } from '../support/roam.ts'
import { doctor } from './cli-doctor-support.ts'

const skip = skipWithout('prometheus', 'prometheus')

async function start(
  t: Test,
  options: RoamOptions = {},
  ca?: string,
): Promise<{ roam: Roam; args: string[] }> {
  const roam = await startRoam(t, options)
  const prometheus = await startPrometheus({ roam: roam.port }, ca ?? roam.caFile)
  t.teardown(() => prometheus.close())
  await untilScraped(prometheus)
  const args = ['--url', roam.origin, '--ca', roam.caFile, '--prometheus', prometheus.url, '--no-grafana']
  return { roam, args }
}

/** Prometheus offers no event: it is asked until it has tried Roam once. */
async function untilScraped({ url }: Prometheus): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/targets?state=active`)
    const { data } = (await response.json()) as {
      data: { activeTargets: { labels: { job: string }; health: string }[] }
    }
    if (data.activeTargets.some(({ labels, health }) => labels.job === 'roam' && health !== 'unknown')) return
    await sleep(200)
  }
}

t.test('a Prometheus that scrapes Roam', { skip }, async (t) => {
  const { args } = await start(t)
  const { checks } = await doctor(...args)
  t.match(checks['prometheus'], /^ok: version \S+ is ready at http:/)
  t.match(checks['scrape'], /^ok: https:\/\/localhost:\d+\/metrics is up, scraped in \d+ ms$/)
  t.equal(checks['scrape-interval'], 'ok: every 5s')
  // Groups are evaluated one after the other during the first minutes.
  t.match(checks['rules'], /^ok: \d+ in 16 groups|^warn: \d+ of \d+ have not been evaluated yet/)
  t.match(checks['alertmanager'], /^fail: Prometheus knows none → /, 'the test gives it none')
  t.match(
    checks['alerts'],
    /^ok: none fires but Watchdog|^warn: (?:Watchdog, which always fires, does not|firing:)/,
  )
  t.match(checks['retention'], /^ok: Prometheus keeps 360 h/, 'its own default of 15 days')
  t.equal(checks['clock'], 'ok: compared with this machine: Roam agrees, Prometheus agrees')
})

t.test('a Prometheus that does not know the authority', { skip }, async (t) => {
  const { args } = await start(t, {}, ensureDevCertificates(t.testdir()).authority)
  const { code, checks } = await doctor(...args)
  t.equal(code, 1)
  t.match(checks['scrape'], /^fail: .* is down: .*x509.* → .*ROAM_CA/)
  t.match(checks['tls'], /^ok:/, 'whoever knows it trusts Roam')
})

t.test('a Prometheus that may not see the metrics', { skip }, async (t) => {
  const { args } = await start(t, { extra: 'metrics: { allow: [10.0.0.0/8] }' })
  const { checks } = await doctor(...args)
  t.match(checks['scrape'], /^fail: .*404.* → .*metrics\.allow/)
})

t.test('a Prometheus whose Roam has gone', { skip }, async (t) => {
  const { roam, args } = await start(t)
  await roam.app.close()
  for (;;) {
    const { checks } = await doctor(...args)
    // The next scrape comes within 5 s.
    if (checks['scrape']?.startsWith('ok') === true) continue
    t.match(checks['scrape'], /^fail: .*connection refused → .*start Roam/)
    t.equal(checks['clock'], 'ok: compared with this machine: Prometheus agrees')
    break
  }
})
