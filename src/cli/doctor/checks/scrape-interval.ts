import { ok, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { ROAM_JOB } from '../target.ts'

const EXPECTED = '5s'

export const scrapeIntervalCheck: Check = {
  id: 'scrape-interval',
  title: 'Scrape interval',
  async run({ targets }) {
    const { scrapeInterval } = (await targets()).target
    if (scrapeInterval === EXPECTED) return ok(`every ${EXPECTED}`)
    return warn(
      `every ${scrapeInterval} instead of ${EXPECTED}`,
      `Alerts come later, and short peaks are not seen: set scrape_interval: ${EXPECTED} for job ${ROAM_JOB}.`,
    )
  },
}
