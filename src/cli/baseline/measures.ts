/** What is shown and compared: the figures of some days together, of one protocol or of all. */
import type { Bucket, Day, ProtocolDay } from './baseline.ts'
import { addHistograms, observations, quantile } from './histogram.ts'

/** A protocol's name, or all of them together. */
export type Scope = string
export const ALL: Scope = 'all'

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

/** The buckets of all the days that are to be added up or compared. */
export interface Layout {
  readonly timeToFirstByte: readonly number[]
  readonly duration: readonly number[]
}

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

/** The bounds that all these days have in common. */
export function layoutOf(days: readonly Day[]): Layout {
  const entries = days.flatMap(({ protocols }) => Object.values(protocols))
  const bounds = (key: 'timeToFirstByte' | 'duration') =>
    addHistograms(entries.flatMap((entry) => (entry[key] === undefined ? [] : [entry[key]]))).map(
      ([bound]) => bound,
    )
  return { timeToFirstByte: bounds('timeToFirstByte'), duration: bounds('duration') }
}

/** Where a figure stands in a day's vector; the two histograms follow. */
const AT = {
  requests: 0,
  errors: 1,
  /** Requests of the days that tell their errors: what is missing must not dilute a share. */
  requestsOfErrors: 2,
  aborts: 3,
  requestsOfAborts: 4,
  bytes: 5,
  requestsOfBytes: 6,
  sent: 7,
  lost: 8,
  sentOfLost: 9,
  migrations: 10,
  migrationFailures: 11,
} as const
const HISTOGRAMS_AT = Object.keys(AT).length

/** A day as numbers that can be added to another day's; undefined where the protocol was not in use. */
export function toVector(day: Day, scope: Scope, layout: Layout): Float64Array | undefined {
  const entries = Object.entries(day.protocols).flatMap(([name, entry]) =>
    scope === ALL || scope === name ? [entry] : [],
  )
  if (entries.length === 0) return undefined
  const vector = new Float64Array(HISTOGRAMS_AT + layout.timeToFirstByte.length + layout.duration.length)
  for (const entry of entries) addEntry(vector, entry, layout)
  if (scope === ALL) addTransport(vector, day)
  return vector
}

function addEntry(vector: Float64Array, entry: ProtocolDay, layout: Layout): void {
  const { requests, errors, aborts, responseBytes } = entry
  const add = (index: number, count: number) => (vector[index] = vector[index]! + count)
  add(AT.requests, requests)
  if (errors !== undefined) add(AT.errors, errors)
  if (errors !== undefined) add(AT.requestsOfErrors, requests)
  if (aborts !== undefined) add(AT.aborts, aborts)
  if (aborts !== undefined) add(AT.requestsOfAborts, requests)
  if (responseBytes !== undefined) add(AT.bytes, responseBytes)
  if (responseBytes !== undefined) add(AT.requestsOfBytes, requests)
  const first = new Map(entry.timeToFirstByte)
  for (const [i, bound] of layout.timeToFirstByte.entries()) add(HISTOGRAMS_AT + i, first.get(bound) ?? 0)
  const duration = new Map(entry.duration)
  const durationAt = HISTOGRAMS_AT + layout.timeToFirstByte.length
  for (const [i, bound] of layout.duration.entries()) add(durationAt + i, duration.get(bound) ?? 0)
}

/** QUIC's own figures are no protocol's share: they are told with all. */
function addTransport(vector: Float64Array, { packetsSent, packetsLost, migrations }: Day): void {
  vector[AT.sent] = packetsSent ?? 0
  if (packetsSent !== undefined && packetsLost !== undefined) {
    vector[AT.lost] = packetsLost
    vector[AT.sentOfLost] = packetsSent
  }
  vector[AT.migrations] = (migrations?.succeeded ?? 0) + (migrations?.failed ?? 0)
  vector[AT.migrationFailures] = migrations?.failed ?? 0
}

/** The sum of vectors of one layout. */
export function addVectors(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + vector[i]!
  return sum
}

/** Shares are of sums, quantiles of summed buckets: a day counts by its requests. */
export function measure(sum: Float64Array, layout: Layout): Measures {
  const at = (key: keyof typeof AT) => sum[AT[key]] ?? 0
  const durationAt = HISTOGRAMS_AT + layout.timeToFirstByte.length
  const first = layout.timeToFirstByte.map((bound, i): Bucket => [bound, sum[HISTOGRAMS_AT + i]!])
  const duration = layout.duration.map((bound, i): Bucket => [bound, sum[durationAt + i]!])
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

/** The vectors of the days on which the scope was in use. */
export function vectorsOf(days: readonly Day[], scope: Scope, layout: Layout): Float64Array[] {
  return days.flatMap((day) => toVector(day, scope, layout) ?? [])
}
