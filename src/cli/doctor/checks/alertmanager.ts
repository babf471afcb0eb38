import { fail, ok, warn } from '../check.ts'
import type { Check } from '../check.ts'

export const alertmanagerCheck: Check = {
  id: 'alertmanager',
  title: 'Alertmanager',
  async run(context) {
    const prometheus = await context.prometheus()
    const known = (await prometheus.api('alertmanagers', 'activeAlertmanagers')) as { url: string }[]
    const urls = known.map(({ url }) => url)
    if (urls.length === 0) {
      return fail(
        'Prometheus knows none',
        'Alerts reach nobody: use the shipped prometheus.yml, section alerting, and write its address into targets/alertmanager.yml.',
      )
    }
    const [failed] = await prometheus.query('sum(increase(prometheus_notifications_errors_total[5m]))')
    if (failed !== undefined && failed.value > 0) {
      return fail(
        `${urls.join(', ')} did not take alerts in the last 5 minutes`,
        'Alerts reach nobody: is it running? Look at its log.',
      )
    }
    // Prometheus lists every address that it was given. Only what it sent shows whether somebody is there.
    if (failed === undefined) {
      return warn(
        `${urls.join(', ')}; whether it takes alerts is not known`,
        'If this stays so, Prometheus does not scrape itself: add the job prometheus of the shipped prometheus.yml.',
      )
    }
    return ok(`${urls.join(', ')} takes alerts`)
  },
}
