/** Without /metrics there is nothing to monitor. */
import { UserError } from '../../user-error.ts'
import { fail, ok, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { parseMetrics } from '../metrics-text.ts'

/** Prometheus gives up after 5 s, and the figures should be of one moment. */
const SLOW_SECONDS = 1
const EXPECTED = 'quic_connections_total'

export const metricsCheck: Check = {
  id: 'metrics',
  title: 'Metrics',
  async run({ answer, options: { url, metricsPath } }) {
    try {
      const { status, body, seconds } = await answer()
      const where = new URL(metricsPath, url).href
      if (status === 404) {
        return fail(
          `${where} answers 404`,
          'Roam hides its metrics from addresses outside metrics.allow (default: [loopback, private]): add this machine’s address there, or ask from an allowed one. Another metrics.path answers so too: pass --config.',
        )
      }
      if (status !== 200) {
        return fail(
          `${where} answers ${status}`,
          'Is this port Roam’s? Pass --url with the address of a listener.',
        )
      }
      const metrics = parseMetrics(body)
      if (metrics.sum(EXPECTED) === undefined) {
        return fail(
          `${where} shows no ${EXPECTED}`,
          'This is another program’s /metrics: pass --url with the address of a listener of Roam.',
        )
      }
      const found = `${where} shows ${metrics.series} series in ${(seconds * 1000).toFixed(0)} ms`
      if (seconds <= SLOW_SECONDS) return ok(found)
      return warn(
        found,
        `More than ${SLOW_SECONDS} s: the process is overloaded or far away. Look at nodejs_eventloop_lag_p99_seconds and at the network.`,
      )
    } catch (error) {
      if (error instanceof UserError) {
        return fail(
          error.message,
          'Is Roam running (npx roam start), and is --url the address of one of its listeners?',
        )
      }
      throw error
    }
  },
}
