import { UserError } from '../../user-error.ts'
import { fail, ok, warn } from '../check.ts'
import type { Check } from '../check.ts'

export const prometheusCheck: Check = {
  id: 'prometheus',
  title: 'Prometheus',
  async run(context) {
    const prometheus = context.prometheusAt()
    try {
      const { status } = await prometheus.fetch('-/ready')
      if (status === 503)
        return warn('it is starting', 'It reads its log first, which takes minutes after a crash: ask again.')
      const version = (await prometheus.api('status/buildinfo', 'version')) as string
      return ok(`version ${version} is ready at ${prometheus.address}`)
    } catch (error) {
      if (error instanceof UserError) {
        return fail(
          error.message,
          'Start it with ./start-monitoring.sh, pass --prometheus with its address, or --no-prometheus.',
        )
      }
      throw error
    }
  },
}
