import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { DEFAULT_PASSWORD } from '../grafana-api.ts'

export const grafanaPasswordCheck: Check = {
  id: 'grafana-password',
  title: 'Grafana password',
  async run(context) {
    const status = await context.statusOfDefaultPassword()
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
