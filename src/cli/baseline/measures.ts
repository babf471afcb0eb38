/** What is shown and compared: the figures of some days together, of one protocol or of all. */
import type { Day } from './baseline.ts'
import { observations, quantile } from './histogram.ts'
import { ALL, factOf, histogramsOf } from './vectors.ts'
import type { Fact, Layout, Scope } from './vectors.ts'

export type Unit = 'count' | 'share' | 'seconds' | 'bytes'

/** NaN where nothing was measured. */
export type Measures = Readonly<Record<MeasureId, number>>

/** Titles and units, in the order of the tables. `compared`: a size of the site is no merit of a protocol. */
export const MEASURES = {
  requests: { title: 'requests', unit: 'count', compared: false },
  errorShare: { title: 'answered with 5xx', unit: 'share', compared: true },
  abortShare: { title: 'broken off, per request', unit: 'share', compared: true },
  ttfbCount: { title: 'time to first byte: measured', unit: 'count', compared: false },
  ttfbP50: { title: 'time to first byte: p50', unit: 'seconds', compared: true },
  ttfbP75: { title: 'time to first byte: p75', unit: 'seconds', compared: true },
  ttfbP95: { title: 'time to first byte: p95', unit: 'seconds', compared: true },
  durationCount: { title: 'duration: measured', unit: 'count', compared: false },
  durationP50: { title: 'duration: p50', unit: 'seconds', compared: true },
  durationP95: { title: 'duration: p95', unit: 'seconds', compared: true },
  bytesPerRequest: { title: 'response bytes per request', unit: 'bytes', compared: true },
  packets: { title: 'QUIC packets sent', unit: 'count', compared: false },
  lossShare: { title: 'QUIC packets lost', unit: 'share', compared: true },
  migrations: { title: 'migrations', unit: 'count', compared: false },
  migrationFailureShare: { title: 'migrations that failed', unit: 'share', compared: true },
} as const satisfies Record<string, { title: string; unit: Unit; compared: boolean }>

export type MeasureId = keyof typeof MEASURES
export const MEASURE_IDS = Object.keys(MEASURES) as MeasureId[]

/** All, then the protocols by age. */
export function scopesOf(days: readonly Day[]): Scope[] {
  const names = new Set(days.flatMap(({ protocols }) => Object.keys(protocols)))
  return [ALL, ...[...names].sort((a, b) => age(a) - age(b) || a.localeCompare(b))]
}

const BY_AGE = ['http/1.1', 'h2', 'h3']

function age(protocol: string): number {
  const index = BY_AGE.indexOf(protocol)
  return index === -1 ? BY_AGE.length : index
}

/** Shares are of sums, quantiles of summed buckets: a day counts by its requests. */
export function measure(sum: Float64Array, layout: Layout): Measures {
  const at = (key: Fact) => factOf(sum, key)
  const { timeToFirstByte: first, duration } = histogramsOf(sum, layout)
  return {
    requests: at('requests'),
    errorShare: at('errors') / at('requestsOfErrors'),
    abortShare: at('aborts') / at('requestsOfAborts'),
    ttfbCount: observations(first),
    ttfbP50: quantile(0.5, first),
    ttfbP75: quantile(0.75, first),
    ttfbP95: quantile(0.95, first),
    durationCount: observations(duration),
    durationP50: quantile(0.5, duration),
    durationP95: quantile(0.95, duration),
    bytesPerRequest: at('bytes') / at('requestsOfBytes'),
    packets: at('sent'),
    lossShare: at('lost') / at('sentOfLost'),
    migrations: at('migrations'),
    migrationFailureShare: at('migrationFailures') / at('migrations'),
  }
}
