import { fetchText } from '../../fetch-text.ts'
import { UserError } from '../../user-error.ts'
import { fail, ok } from '../check.ts'
import type { Check } from '../check.ts'
import { isGrafana } from '../grafana-api.ts'

export const grafanaCheck: Check = {
  id: 'grafana',
  title: 'Grafana',
  async run(context) {
    const url = context.grafanaAt()
    try {
      const { status, body } = await fetchText(new URL('api/health', url), context.options.timeoutMs)
      // It answers 503 while its database is out of reach.
      if (status === 200 && isGrafana(body)) {
        const version = /"version":\s*"([^"]+)"/.exec(body)?.[1]
        return ok(`${version === undefined ? 'it' : `version ${version}`} answers at ${url.origin}`)
      }
      return fail(
        `${url.origin}/api/health answers ${status}, not as a healthy Grafana does`,
        'Look at its log (docker compose -f docker-compose.monitoring.yml logs grafana), or pass --grafana with its address.',
      )
    } catch (error) {
      if (error instanceof UserError) {
        return fail(
          error.message,
          'Start it with ./start-monitoring.sh, pass --grafana with its address, or --no-grafana.',
        )
      }
      throw error
    }
  },
}
