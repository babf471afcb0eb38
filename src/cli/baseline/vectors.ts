/** Days as vectors of numbers: what is drawn and added up thousands of times must be quick. */
import type { Bucket, Day, ProtocolDay } from './baseline.ts'
import { addHistograms } from './histogram.ts'

/** A protocol's name, or all of them together. */
export type Scope = string
export const ALL: Scope = 'all'

/** The buckets of all the days that are to be added up or compared. */
export interface Layout {
  readonly timeToFirstByte: readonly number[]
  readonly duration: readonly number[]
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
function toVector(day: Day, scope: Scope, layout: Layout): Float64Array | undefined {
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

/** The vectors of the days on which the scope was in use. */
export function vectorsOf(days: readonly Day[], scope: Scope, layout: Layout): Float64Array[] {
  return days.flatMap((day) => toVector(day, scope, layout) ?? [])
}

export type Fact = keyof typeof AT

/** Of a vector or a sum of them; 0 where there was none. */
export function factOf(sum: Float64Array, fact: Fact): number {
  return sum[AT[fact]] ?? 0
}

export function histogramsOf(sum: Float64Array, layout: Layout): Readonly<Record<keyof Layout, Bucket[]>> {
  const from = (start: number, bounds: readonly number[]) =>
    bounds.map((bound, i): Bucket => [bound, sum[start + i]!])
  return {
    timeToFirstByte: from(HISTOGRAMS_AT, layout.timeToFirstByte),
    duration: from(HISTOGRAMS_AT + layout.timeToFirstByte.length, layout.duration),
  }
}
