/** Whether Prometheus gets Roam's metrics; where it does not, why. */
import { UserError } from '../../user-error.ts'
import { fail, ok, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { ROAM_JOB } from '../target.ts'

/** Part of Prometheus's error → what to do. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /unknown authority|certificate is not trusted/,
    'Prometheus does not know the authority of Roam’s certificate: set ROAM_CA to its PEM file, which becomes ca_file of job roam.',
  ],
  [
    /x509: certificate (?:is valid for|is not valid for)|doesn't contain any IP SANs/,
    'The target’s name is not in Roam’s certificate: write a name that is in it into targets/roam.yml, or set server_name under tls_config.',
  ],
  [/expired/, 'Renew Roam’s certificate.'],
  [
    /connection refused/,
    'Nothing listens there: start Roam, or correct the address in targets/roam.yml. In a container without the host’s network, localhost is the container itself.',
  ],
  [/404/, 'Roam hides its metrics from Prometheus’s address: add it to metrics.allow.'],
  [/no such host/, 'The name in targets/roam.yml is not known where Prometheus runs.'],
  [/deadline exceeded|timeout/i, 'No answer in time: a firewall drops it, or Roam is overloaded.'],
  [
    /HTTP request to an HTTPS server|malformed HTTP response|400/,
    'The scheme is wrong: job roam needs scheme: https for a listener with certificates.',
  ],
]
const OTHERWISE = 'Open /targets in Prometheus, and ask for the same URL from its machine.'

export const scrapeCheck: Check = {
  id: 'scrape',
  title: 'Scrape of Roam',
  async run(context) {
    await context.prometheus()
    try {
      const { target, instances, up } = await context.targets()
      const { scrapeUrl, health, lastError, lastScrapeDuration } = target
      const others = instances === 1 ? '' : ` (${up} of ${instances} instances are up)`
      if (health === 'up')
        return ok(`${scrapeUrl} is up, scraped in ${(lastScrapeDuration * 1000).toFixed(0)} ms${others}`)
      if (health === 'unknown')
        return warn(`${scrapeUrl} has not been scraped yet${others}`, 'Ask again in 5 seconds.')
      const advice = ADVICE.find(([form]) => form.test(lastError))?.[1] ?? OTHERWISE
      return fail(`${scrapeUrl} is down: ${lastError}${others}`, advice)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return fail(
        error.message,
        `Rules and dashboards read job="${ROAM_JOB}": use the shipped monitoring/prometheus/prometheus.yml, and write Roam’s address into targets/roam.yml.`,
      )
    }
  },
}
