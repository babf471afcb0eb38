import { hostOf } from '../../probe/target.ts'
import { fail, ok, skip } from '../check.ts'
import type { Check } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { askAsAdmin, DEFAULT_PASSWORD } from '../grafana-api.ts'
import { isThisMachine } from '../this-machine.ts'

/** Of the shipped provisioning; every dashboard reads it by default. */
const UID = 'prometheus'
const UNKNOWN = skip('the password is not known here: set GF_SECURITY_ADMIN_PASSWORD to it')

export const grafanaDataSourceCheck: Check = {
  id: 'grafana-data-source',
  title: 'Grafana data source',
  async run(context) {
    const grafana = await context.grafana()
    const password = await knownPassword(context)
    if (password === undefined) return UNKNOWN
    const open = grafana.protocol === 'http:' && !(await isThisMachine(hostOf(grafana)))
    if (open && password !== DEFAULT_PASSWORD)
      return skip('the password is not sent unencrypted to another machine: pass --grafana https://…')
    const { status, body } = await askAsAdmin(
      grafana,
      `api/datasources/uid/${UID}/health`,
      password,
      context.options.timeoutMs,
    )
    if (status === 200) return ok(`${UID} answers to Grafana`)
    if (status === 401 || status === 403) return UNKNOWN
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

async function knownPassword({
  statusOfDefaultPassword,
  options,
}: DoctorContext): Promise<string | undefined> {
  if ((await statusOfDefaultPassword()) === 200) return DEFAULT_PASSWORD
  const own = options.env['GF_SECURITY_ADMIN_PASSWORD'] ?? ''
  return own === '' || own === DEFAULT_PASSWORD ? undefined : own
}
