/** alertmanager.yml as render.sh writes it from an environment. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../support/client-tools.ts'
import type { Finished } from '../../support/client-tools.ts'

const script = fileURLToPath(new URL('../../../monitoring/alertmanager/render.sh', import.meta.url))

export interface Rendered extends Finished {
  readonly file: string
}

export async function renderAlertmanager(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Rendered> {
  const env = { PATH: process.env.PATH ?? '', ...settings }
  return { ...(await run('sh', [script, folder], { env })), file: join(folder, 'alertmanager.yml') }
}

/** Every way of reaching people at once. */
export const ALL_RECEIVERS = {
  ROAM_ALERT_EMAIL_TO: 'admins@example.org, oncall@example.org',
  ROAM_SMTP_HOST: 'mail.example.org:587',
  ROAM_SMTP_FROM: 'roam@example.org',
  ROAM_SMTP_USER: 'roam',
  ROAM_SMTP_PASSWORD: "it's a #secret: {{ really }}",
  ROAM_SLACK_WEBHOOK_URL: 'https://hooks.example.org/services/x',
  ROAM_SLACK_CHANNEL: '#moodle-alerts',
  ROAM_ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/alerts',
  ROAM_WATCHDOG_URL: 'http://127.0.0.1:1/alive',
}
