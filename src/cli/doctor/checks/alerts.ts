import { ok, warn } from '../check.ts'
import type { Check } from '../check.ts'

/** Always fires; that it does not is the alarm. */
const WATCHDOG = 'Watchdog'

interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

export const alertsCheck: Check = {
  id: 'alerts',
  title: 'Alerts',
  async run(context) {
    const alerts = (await (await context.prometheus()).api('alerts', 'alerts')) as Alert[]
    const firing = alerts.filter(({ state }) => state === 'firing')
    const others = firing.filter(({ labels }) => labels['alertname'] !== WATCHDOG)
    if (others.length > 0) {
      const list = others.map(({ labels, annotations }) => {
        const { alertname = '?', severity = '?' } = labels
        return `${alertname} (${severity}): ${annotations['summary'] ?? 'no summary'}`
      })
      return warn(
        `firing: ${list.join('; ')}`,
        'docs/RUNBOOK.md has a section for each; Prometheus serves it at /consoles/runbook.html.',
      )
    }
    if (firing.length === 0) {
      return warn(
        `${WATCHDOG}, which always fires, does not`,
        'No alert can be trusted: see the check of the rules. In the first minute after a start it is normal.',
      )
    }
    return ok(`none fires but ${WATCHDOG}, which shows that alerts work`)
  },
}
