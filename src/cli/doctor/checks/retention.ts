/** A baseline takes one or two weeks, and Prometheus forgets. */
import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'

const HOUR_SECONDS = 3600
/** `roam baseline export` takes 7 days by default, and a day's summary is read at its end. */
const EXPORT_SECONDS = 7 * 86_400
const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: HOUR_SECONDS,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
}

export const retentionCheck: Check = {
  id: 'retention',
  title: 'Retention',
  async run(context) {
    const prometheus = await context.prometheus()
    const storageRetention = (await prometheus.api('status/runtimeinfo', 'storageRetention')) as string
    const seconds = parseRetention(storageRetention)
    if (seconds === undefined) return skip(`Prometheus says ${JSON.stringify(storageRetention)}`)
    const found = `Prometheus keeps ${Math.floor(seconds / HOUR_SECONDS)} h`
    if (seconds >= EXPORT_SECONDS)
      return ok(`${found}; a baseline of two weeks needs roam baseline export every day`)
    return warn(
      `${found}: less than the 7 days that roam baseline export takes`,
      'Set PROMETHEUS_RETENTION=200h or more and start the monitoring again, or export every day.',
    )
  },
}

/** Prometheus's notation: 8d8h; a bound in bytes that follows (" or 1GiB") says nothing about time. */
export function parseRetention(text: string): number | undefined {
  const [time = ''] = text.split(' ')
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(time)) return undefined
  return [...time.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!,
    0,
  )
}
