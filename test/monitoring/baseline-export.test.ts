/** From requests to the table: a real Roam, a real Prometheus, the shipped rules. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { readBaseline } from '../../src/cli/baseline/file.ts'
import { observations, quantile } from '../../src/cli/baseline/histogram.ts'
import { DAILY_RULES } from '../../src/cli/baseline/names.ts'
import { PrometheusApi } from '../../src/cli/prometheus-api.ts'
import { ask } from '../support/client.ts'
import { skipWithout } from '../support/client-tools.ts'
import { startRoam } from '../support/roam.ts'
import { roam } from '../unit/cli/support.ts'
import { startQuickPrometheus } from './support/small-prometheus.ts'

const skip = skipWithout('prometheus', 'prometheus')
/** Of each protocol; each one over HTTP/3 is a program of its own. */
const REQUESTS = 3

t.test('a day of real requests is exported and shown', { skip }, async (t) => {
  const site = await startRoam(t)
  const url = await startQuickPrometheus(t, site.port, site.caFile)
  const prometheus = new PrometheusApi(new URL(url), 5000)
  const requests = async (query: string) => (await prometheus.query(query))[0]?.value ?? 0
  // Increase needs a sample from before the requests.
  while ((await prometheus.query('up == 1')).length === 0) await sleep(200)
  for (let i = 0; i < REQUESTS; i += 1) {
    for (const protocol of ['http/1.1', 'h2', 'h3'] as const) await ask(site, protocol, { path: '/my/' })
  }
  while ((await requests(`min(${DAILY_RULES.requests}{job="roam"})`)) < REQUESTS) await sleep(200)

  const until = new Date().toISOString()
  const file = join(t.testdir(), 'baseline.json')
  const args = [
    'baseline',
    'export',
    '--prometheus',
    url,
    '--out',
    file,
    '--until',
    until,
    '--name',
    'a test',
  ]
  const { code, stdout, stderr } = await roam([...args, '--days', '2'])
  t.equal(code, 0, stderr)
  t.match(stdout, /^Prometheus had nothing for the day that ends \S+ \S+ UTC: older than its retention/)
  t.match(stdout, /: 1 day until .*\(1 added, 0 replaced/)

  const baseline = readBaseline(file)
  t.match(baseline, { name: 'a test', job: 'roam', roam: /^\d+\.\d+\.\d+$/ })
  const [day] = baseline.days
  t.equal(day?.end, until)
  t.ok(Number(day?.coverage) < 0.01, 'some minutes of a day')
  t.ok(Number(day?.packetsSent) > 0 && day?.packetsLost !== undefined, 'QUIC packets')
  t.strictSame(day?.migrations, { succeeded: 0, failed: 0 })
  for (const protocol of ['http/1.1', 'h2', 'h3']) {
    const own = day?.protocols[protocol]
    t.ok(Number(own?.requests) >= REQUESTS, `${protocol}: requests`)
    t.equal(own?.errors, 0, `${protocol}: no errors are 0, not nothing`)
    t.ok(Number(own?.responseBytes) > 0, `${protocol}: bytes`)
    for (const key of ['timeToFirstByte', 'duration'] as const) {
      const buckets = own?.[key] ?? []
      t.ok(observations(buckets) >= REQUESTS, `${protocol}: ${key}`)
      for (const q of [0.5, 0.75, 0.95]) {
        const series = `${DAILY_RULES[key]}{job="roam", protocol="${protocol}"}`
        const [theirs] = await prometheus.query(`histogram_quantile(${q}, ${series})`, new Date(until))
        t.ok(
          Math.abs(quantile(q, buckets) - Number(theirs?.value)) < 1e-9,
          `${protocol}: ${key} ${q} is Prometheus’s`,
        )
      }
    }
  }

  const shown = await roam(['baseline', 'show', file])
  t.match(shown.stdout, /^a test\njob roam, exported .*\n1 day from /)
  t.match(shown.stdout, /\n +all +http\/1\.1 +h2 +h3\n/)
  t.match(shown.stdout, /\ntime to first byte: p95 +[\d.]+ ms +[\d.]+ ms +[\d.]+ ms +[\d.]+ ms\n/)
  const compared = await roam(['baseline', 'compare', file, file])
  t.match(compared.stdout, /too few days for an interval/)
})
