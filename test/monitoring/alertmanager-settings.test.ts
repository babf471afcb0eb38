/** Receivers come from the environment, because Alertmanager does not read it; whatever is set, the result is valid. */
import { readFileSync, statSync } from 'node:fs'
import { load } from 'js-yaml'
import t from 'tap'
import { run, skipWithout } from '../support/client-tools.ts'
import { ALL_RECEIVERS, renderAlertmanager } from './support/alertmanager-config.ts'

interface Config {
  readonly receivers: readonly Readonly<Record<string, unknown>>[]
}

t.test('nothing set: nobody is told', async (t) => {
  const { code, file } = await renderAlertmanager(t.testdir())
  t.equal(code, 0)
  const { receivers } = load(readFileSync(file, 'utf8')) as Config
  t.same(receivers, [{ name: 'team' }, { name: 'watchdog' }, { name: 'nobody' }])
})

t.test('everything set', { skip: skipWithout('amtool', 'prometheus-alertmanager') }, async (t) => {
  const { code, file } = await renderAlertmanager(t.testdir(), ALL_RECEIVERS)
  t.equal(code, 0)
  t.equal(statSync(file).mode & 0o077, 0, 'passwords are for the owner alone')
  const { receivers } = load(readFileSync(file, 'utf8')) as Config
  t.match(receivers[0], {
    name: 'team',
    email_configs: [
      { to: ALL_RECEIVERS.ROAM_ALERT_EMAIL_TO, auth_password: ALL_RECEIVERS.ROAM_SMTP_PASSWORD },
    ],
    slack_configs: [{ channel: '#moodle-alerts', send_resolved: true }],
    webhook_configs: [{ send_resolved: true }],
  })
  t.match(receivers[1], { name: 'watchdog', webhook_configs: [{ url: ALL_RECEIVERS.ROAM_WATCHDOG_URL }] })
  const checked = await run('amtool', ['check-config', file])
  t.equal(checked.code, 0, checked.stdout + checked.stderr)
})

t.test('a setting cannot add lines of its own', async (t) => {
  const url = "http://x/\n  - name: team\n    y: 'z"
  const { file } = await renderAlertmanager(t.testdir(), { ROAM_ALERT_WEBHOOK_URL: url })
  const { receivers } = load(readFileSync(file, 'utf8')) as Config
  t.same(receivers[0]?.['webhook_configs'], [{ url: url.replaceAll('\n', ' '), send_resolved: true }])
})

t.test('e-mail without a mail server', async (t) => {
  const { code, stderr } = await renderAlertmanager(t.testdir(), { ROAM_ALERT_EMAIL_TO: 'a@example.org' })
  t.equal(code, 1)
  t.match(stderr, 'ROAM_SMTP_HOST')
})

t.test('a mail server without a port', async (t) => {
  const settings = { ROAM_ALERT_EMAIL_TO: 'a@example.org', ROAM_SMTP_HOST: 'mail.example.org' }
  const { code, stderr } = await renderAlertmanager(t.testdir(), settings)
  t.equal(code, 1)
  t.match(stderr, 'ROAM_SMTP_HOST needs a port, such as mail.example.org:587')
})

t.test('a switch that is neither on nor off', async (t) => {
  const settings = { ...ALL_RECEIVERS, ROAM_SMTP_REQUIRE_TLS: 'true\n        hello: world' }
  const { code, stderr } = await renderAlertmanager(t.testdir(), settings)
  t.equal(code, 1)
  t.match(stderr, 'ROAM_SMTP_REQUIRE_TLS is neither true nor false')
})
