import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { askGrafana, DEFAULT_PASSWORD } from '../grafana-login.ts'

export const grafanaPasswordCheck: Check = {
  id: 'grafana-password',
  title: 'Grafana password',
  async run(context) {
    const { status } = await askGrafana(context, 'api/org', DEFAULT_PASSWORD)
    if (status === 200) {
      return warn(
        `the default, admin and ${DEFAULT_PASSWORD}, is in force`,
        'Whoever reaches Grafana is its administrator: set GF_SECURITY_ADMIN_PASSWORD before its first start, or later grafana cli admin reset-admin-password.',
      )
    }
    if (status === 401 || status === 403) return ok('the default is not in force')
    return skip(`Grafana answers ${status}`)
  },
}
