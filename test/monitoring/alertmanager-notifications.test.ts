/** What people read: one notification for a group, as e-mail, in Slack and as a webhook, when it starts and when it is over. */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { skipWithout } from '../support/client-tools.ts'
import { startAlertmanager } from './support/alertmanager.ts'
import { openMailbox } from './support/mailbox.ts'

interface SlackMessage {
  readonly channel: string
  readonly attachments: readonly { readonly title: string; readonly text: string; readonly color: string }[]
}

const alertOf = (backend: string) => ({
  labels: { alertname: 'BackendDown', job: 'roam', severity: 'warning', backend_id: backend },
  annotations: {
    summary: `Backend ${backend} is down`,
    description: 'Fewer backends share the load <of all>.',
    runbook_url: 'http://localhost:9090/consoles/runbook.html#alert-name-backenddown',
    dashboard_url: 'http://localhost:3000/d/roam-backends',
  },
})
const ALERTS = ['moodle1', 'moodle2'].map(alertOf)

t.setTimeout(100_000)
t.test('a group', { skip: skipWithout('prometheus-alertmanager', 'prometheus-alertmanager') }, async (t) => {
  const received = new Map<string, unknown[]>()
  const hooks = http.createServer((req, res) => {
    void text(req).then((body) => {
      const path = req.url ?? ''
      received.set(path, [...(received.get(path) ?? []), JSON.parse(body)])
      // What Slack answers.
      res.end('ok')
    })
  })
  hooks.listen(0, '127.0.0.1')
  await once(hooks, 'listening')
  t.teardown(() => hooks.close())
  const hook = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`
  const mailbox = await openMailbox()
  t.teardown(() => mailbox.close())

  const alertmanager = await startAlertmanager({
    ROAM_ALERT_EMAIL_TO: 'admins@example.org',
    ROAM_SMTP_HOST: `127.0.0.1:${mailbox.port}`,
    ROAM_SMTP_FROM: 'roam@example.org',
    ROAM_SMTP_REQUIRE_TLS: 'false',
    ROAM_SLACK_WEBHOOK_URL: `${hook}/slack`,
    ROAM_SLACK_CHANNEL: '#moodle-alerts',
    ROAM_ALERT_WEBHOOK_URL: `${hook}/webhook`,
    ROAM_WATCHDOG_URL: `${hook}/watchdog`,
  })
  t.teardown(() => alertmanager.close())
  const post = async (alerts: readonly object[]): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    })
    t.equal(answer.status, 200, await answer.text())
  }
  const hooked = (path: string, index: number): Promise<unknown> =>
    until(`${path} number ${index + 1}`, () => received.get(path)?.[index])

  await post([...ALERTS, { labels: { alertname: 'Watchdog', severity: 'none' } }])
  t.match(await hooked('/webhook', 0), {
    status: 'firing',
    groupLabels: { alertname: 'BackendDown', job: 'roam' },
    alerts: { length: 2 },
  })
  const firing = ((await hooked('/slack', 0)) as SlackMessage).attachments[0]
  t.equal(firing?.title, '[WARNING 2] BackendDown (roam)')
  t.equal(firing?.color, 'warning')
  t.match(firing?.text, /^\*Backend moodle1 is down\*\nFewer backends share the load/)
  t.match(firing?.text, '<http://localhost:9090/consoles/runbook.html#alert-name-backenddown|What to do>')
  t.match(await hooked('/watchdog', 0), { alerts: [{ labels: { alertname: 'Watchdog' } }] })

  const mail = await until('the e-mail', () => mailbox.messages[0])
  t.match(mail, '[WARNING 2] BackendDown (roam)')
  t.match(mail, 'To: admins@example.org')
  t.match(mail, 'Backend moodle2 is down')
  t.match(mail, 'load &lt;of all&gt;', 'the HTML part is escaped')
  t.notMatch(mail, /no value|\{\{/)

  await post(ALERTS.map((alert) => ({ ...alert, endsAt: new Date().toISOString() })))
  t.match(await hooked('/webhook', 1), { status: 'resolved', alerts: { length: 2 } })
  const resolved = ((await hooked('/slack', 1)) as SlackMessage).attachments[0]
  t.equal(resolved?.title, '[RESOLVED] BackendDown (roam)')
  t.equal(resolved?.color, 'good')
  t.match(resolved?.text, /^Over: Backend moodle1 is down \(ended \d\d:\d\d UTC\)/)
  t.match(await until('the second e-mail', () => mailbox.messages[1]), '[RESOLVED] BackendDown (roam)')
})

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let left = 300; left > 0; left--) {
    const seen = look()
    if (seen !== undefined) return seen
    await sleep(100)
  }
  throw new Error(`${what} did not come within 30 s`)
}
