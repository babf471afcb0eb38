import { fail, ok, skip } from '../check.ts'
import type { Check } from '../check.ts'
import { askGrafana, DEFAULT_PASSWORD } from '../grafana-login.ts'

/** Of the shipped provisioning; every dashboard reads it by default. */
const UID = 'prometheus'

export const grafanaDataSourceCheck: Check = {
  id: 'grafana-data-source',
  title: 'Grafana data source',
  async run(context) {
    const password = context.options.env['GF_SECURITY_ADMIN_PASSWORD'] ?? DEFAULT_PASSWORD
    const { status, body } = await askGrafana(context, `api/datasources/uid/${UID}/health`, password)
    if (status === 200) return ok(`${UID} answers to Grafana`)
    if (status === 401 || status === 403)
      return skip('the password is not known here: set GF_SECURITY_ADMIN_PASSWORD to it')
    if (status === 404) {
      return fail(
        `Grafana has no data source with uid ${UID}`,
        'Every panel stays empty: mount monitoring/grafana/provisioning, as ./start-monitoring.sh does.',
      )
    }
    return fail(
      `${UID} does not answer to Grafana: ${body.slice(0, 200)}`,
      'Every panel stays empty: is Prometheus running, and is the URL of the data source right as seen from Grafana?',
    )
  },
}
