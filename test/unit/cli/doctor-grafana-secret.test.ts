import t from 'tap'
import { grafanaDataSourceCheck } from '../../../src/cli/doctor/checks/grafana-data-source.ts'
import type { DoctorContext } from '../../../src/cli/doctor/context.ts'

t.test('a password of the operator’s own does not cross a network unencrypted', async (t) => {
  const context = {
    options: { env: { GF_SECURITY_ADMIN_PASSWORD: 'secret' }, timeoutMs: 1 },
    // An address of nobody's (RFC 5737): whatever were sent would get no answer, and end in another skip.
    grafana: () => Promise.resolve(new URL('http://192.0.2.1:3000/')),
    statusOfDefaultPassword: () => Promise.resolve(401),
  } as unknown as DoctorContext
  t.match(await grafanaDataSourceCheck.run(context), { status: 'skip', found: /not sent unencrypted/ })
})
