/** Waits for alerts as an operator would meet them: in Prometheus, and in Alertmanager. */
import { setTimeout as sleep } from 'node:timers/promises'
import { comparedOperands } from '../../../monitoring/promql.ts'
import { ALERT_GROUPS } from '../../../monitoring/rules/alerts.ts'
import type { AlertGroup } from '../../monitoring/support/alertmanager.ts'
import type { Series } from '../../monitoring/support/prometheus-api.ts'
import type { Scene } from './scene.ts'

const POLL_MS = 2000
/** From Prometheus, which tells every 15 s, through Alertmanager's group_wait. */
const NOTIFIED_WITHIN_SECONDS = 60

const started = performance.now()

/** At once, because a test that is killed loses what it keeps. */
export function tell(what: string): void {
  const seconds = Math.round((performance.now() - started) / 1000)
  const minutes = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  process.stderr.write(`${minutes} ${what}\n`)
}

export async function untilFiring(scene: Scene, alert: string, seconds: number): Promise<void> {
  await until(scene, alert, 'fires', seconds, async () => (await states(scene, alert)).includes('firing'))
}

export async function untilGone(scene: Scene, alert: string, seconds: number): Promise<void> {
  await until(scene, alert, 'is resolved', seconds, async () => (await states(scene, alert)).length === 0)
}

export async function untilNotified(scene: Scene, alert: string): Promise<AlertGroup> {
  let found: AlertGroup | undefined
  await until(scene, alert, 'is in Alertmanager', NOTIFIED_WITHIN_SECONDS, async () => {
    found = (await scene.alertmanager.groups()).find(({ labels }) => labels['alertname'] === alert)
    return found !== undefined
  })
  return found!
}

export async function untilForgotten(scene: Scene, alert: string): Promise<void> {
  await until(scene, alert, 'is gone from Alertmanager', NOTIFIED_WITHIN_SECONDS, async () =>
    (await scene.alertmanager.groups()).every(({ labels }) => labels['alertname'] !== alert),
  )
}

/** The people who are told: the webhook has it, and so has Slack in words. */
export async function untilTold(scene: Scene, alert: string, status: 'firing' | 'resolved'): Promise<void> {
  const { webhook, slack } = scene.inbox
  const title = status === 'resolved' ? `[RESOLVED] ${alert} ` : `] ${alert} `
  await until(scene, alert, `is told of as ${status}`, NOTIFIED_WITHIN_SECONDS, async () => {
    const posted = webhook.some((one) => one.status === status && one.groupLabels['alertname'] === alert)
    return posted && slack.flatMap(({ attachments }) => attachments).some((one) => one.title.includes(title))
  })
}

async function states({ prometheus }: Scene, alert: string): Promise<readonly string[]> {
  const all = await prometheus.api.alerts()
  return all.filter(({ labels }) => labels['alertname'] === alert).map(({ state }) => state)
}

async function until(
  scene: Scene,
  alert: string,
  what: string,
  seconds: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (!(await holds())) {
    if (performance.now() > deadline) {
      tell(`${alert}, after ${seconds} s:\n${await explain(scene, alert)}`)
      throw new Error(`not so after ${seconds} s: ${alert} ${what}`)
    }
    await sleep(POLL_MS)
  }
  tell(`${alert} ${what}`)
}

/** What the alert compares, as it is now. */
async function explain(scene: Scene, alert: string): Promise<string> {
  const rules = ALERT_GROUPS.flatMap((group) => group.rules).filter((rule) => rule.alert === alert)
  const lines = [`Prometheus has it: ${(await states(scene, alert)).join(', ') || 'not at all'}`]
  for (const { expr } of rules) {
    lines.push(expr)
    for (const operand of comparedOperands(expr)) {
      lines.push(`  ${operand}`, ...(await scene.prometheus.api.query(operand)).map(inWords))
    }
  }
  return lines.join('\n')
}

const inWords = ({ metric, values }: Series): string =>
  `    ${JSON.stringify(metric)} ${values.map(([, value]) => value).join(' ')}`
