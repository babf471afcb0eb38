/** What Grafana makes of a dashboard's expression before it asks Prometheus. */
import { ROAM_JOB } from '../../../monitoring/rules/thresholds.ts'

/** Grafana's own: four scrapes of 15 s, as the data source is told; a panel of the last quarter of an hour. */
const BUILT_IN = { __rate_interval: '1m', __interval: '15s', __range: '15m' }

/** `chosen`: menu → value; "All" where nothing is chosen. */
export function interpolate(expr: string, chosen: Readonly<Record<string, string>>): string {
  const values: Readonly<Record<string, string>> = { ...BUILT_IN, job: ROAM_JOB, ...chosen }
  return expr.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    return values[braced ?? bare ?? ''] ?? '.*'
  })
}
