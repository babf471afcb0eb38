/** One trouble, one notification: a real Alertmanager says which alerts it keeps back, and which it must not. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { skipWithout } from '../support/client-tools.ts'
import { startAlertmanager } from './support/alertmanager.ts'

type Labels = Readonly<Record<string, string>>

const roam = (alertname: string, severity: string, instance?: string): Labels => ({
  alertname,
  severity,
  job: 'roam',
  ...(instance === undefined ? {} : { instance }),
})
const critical = (name: string, instance?: string): Labels => roam(name, 'critical', instance)
const warning = (name: string, instance?: string): Labels => roam(name, 'warning', instance)

interface Case {
  readonly name: string
  readonly cause: Labels
  readonly kept: readonly Labels[]
  readonly told: readonly Labels[]
}

const CASES: readonly Case[] = [
  {
    name: 'a Roam that is down',
    cause: critical('LoadBalancerDown', 'lb1'),
    kept: [
      critical('AllBackendsDown', 'lb1'),
      warning('BackendDown', 'lb1'),
      warning('HighLatency'),
      roam('HighConnectionMigrationRate', 'info'),
    ],
    told: [
      critical('ConnectionsRejected', 'lb2'),
      warning('BackendDown', 'lb2'),
      critical('HighErrorRate'),
      { alertname: 'UdpReceiveDrops', severity: 'warning', job: 'node', instance: 'lb1:9100' },
      { alertname: 'Watchdog', severity: 'none' },
    ],
  },
  {
    name: 'no backend left in a pool',
    cause: { ...critical('AllBackendsDown', 'lb1'), pool: 'files' },
    kept: [
      { ...warning('BackendDown', 'lb1'), pool: 'files' },
      { ...warning('CircuitBreakerOpen', 'lb1'), pool: 'files' },
      { ...critical('PoolPanic', 'lb1'), pool: 'files' },
      critical('ErrorBudgetBurn'),
      warning('ErrorBudgetBurn'),
    ],
    told: [
      { ...warning('BackendDown', 'lb2'), pool: 'files' },
      { ...warning('BackendDown', 'lb1'), pool: 'moodle' },
      { ...warning('CircuitBreakerOpen', 'lb1'), pool: 'moodle' },
      { ...critical('PoolPanic', 'lb1'), pool: 'moodle' },
      critical('LatencyBudgetBurn'),
      warning('CertificateExpiring', 'lb1'),
    ],
  },
  {
    name: 'critical keeps back the warning of the same thing',
    cause: { ...critical('CertificateExpiring', 'lb1'), cn: 'moodle.example.org' },
    kept: [{ ...warning('CertificateExpiring', 'lb1'), cn: 'moodle.example.org' }],
    told: [
      { ...warning('CertificateExpiring', 'lb1'), cn: 'www.example.org' },
      { ...warning('CertificateExpiring', 'lb2'), cn: 'moodle.example.org' },
      warning('MemoryHigh', 'lb1'),
    ],
  },
  {
    name: 'a queue that is nearly full',
    cause: { ...critical('QueueBacklog', 'lb1'), pool: 'moodle' },
    kept: [{ ...warning('QueueBacklog', 'lb1'), pool: 'moodle' }],
    told: [{ ...warning('QueueBacklog', 'lb1'), pool: 'files' }],
  },
]

for (const { name, cause, kept, told } of CASES) {
  const skip = skipWithout('prometheus-alertmanager', 'prometheus-alertmanager')
  t.test(name, { skip }, async (t) => {
    const alertmanager = await startAlertmanager()
    t.teardown(() => alertmanager.close())
    const url = `http://127.0.0.1:${alertmanager.port}/api/v2/alerts`
    const all = [cause, ...kept, ...told]
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(all.map((labels) => ({ labels }))),
    })
    t.equal(answer.status, 200, await answer.text())

    const states = await statesOf(url, all.length)
    const state = (labels: Labels): string | undefined => states.get(keyOf(labels))
    t.equal(state(cause), 'active', 'the cause is told')
    for (const labels of kept) t.equal(state(labels), 'suppressed', `kept back: ${keyOf(labels)}`)
    for (const labels of told) t.equal(state(labels), 'active', `told: ${keyOf(labels)}`)
  })
}

/** Inhibition is judged when the group's wait of 10 s is over; until then an alert is "unprocessed". */
async function statesOf(url: string, count: number): Promise<ReadonlyMap<string, string>> {
  for (let left = 120; ; left--) {
    const alerts = (await (await fetch(url)).json()) as { labels: Labels; status: { state: string } }[]
    const processed = alerts.filter(({ status }) => status.state !== 'unprocessed')
    if (processed.length === count || left === 0)
      return new Map(processed.map(({ labels, status }) => [keyOf(labels), status.state]))
    await sleep(250)
  }
}

function keyOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')
}
