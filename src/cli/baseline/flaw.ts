/** Why a value is no baseline. A file may have been cut, merged by hand or made by something else. */
import { DAY_MS } from './baseline.ts'

type Fields = Readonly<Record<string, unknown>>

/** The first thing that is wrong, or undefined: then the value is a Baseline. */
export function findFlaw(value: unknown): string | undefined {
  if (!isFields(value) || value['format'] !== 'roam-baseline')
    return 'it does not say "format": "roam-baseline"'
  if (value['version'] !== 1)
    return `its version is ${JSON.stringify(value['version'])}; this Roam reads version 1`
  for (const key of ['name', 'roam', 'job'] as const) {
    if (typeof value[key] !== 'string') return `${key} is no text`
  }
  if (!isDate(value['exportedAt'])) return 'exportedAt is no date'
  const days = value['days']
  if (!Array.isArray(days) || days.length === 0) return 'it has no days'
  for (const [index, day] of days.entries()) {
    const flaw = dayFlaw(day)
    if (flaw !== undefined) return `days[${index}]${flaw}`
  }
  const ends = (days as { end: string }[]).map(({ end }) => Date.parse(end))
  const apart = ends.every((end, i) => i === 0 || end - ends[i - 1]! >= DAY_MS)
  return apart ? undefined : 'its days overlap or are not in order'
}

function dayFlaw(day: unknown): string | undefined {
  if (!isFields(day)) return ' is no object'
  if (!isDate(day['end'])) return '.end is no date'
  if (!isCount(day['coverage'])) return '.coverage is no number'
  for (const key of ['packetsSent', 'packetsLost'])
    if (!isCountIfThere(day[key])) return `.${key} is no count`
  const { migrations, protocols } = day
  if (migrations !== undefined) {
    if (!isFields(migrations) || !isCount(migrations['succeeded']) || !isCount(migrations['failed'])) {
      return '.migrations are no counts'
    }
  }
  if (!isFields(protocols)) return '.protocols is no object'
  for (const [name, protocol] of Object.entries(protocols)) {
    const flaw = protocolFlaw(protocol)
    if (flaw !== undefined) return `.protocols["${name}"]${flaw}`
  }
  return undefined
}

function protocolFlaw(protocol: unknown): string | undefined {
  if (!isFields(protocol)) return ' is no object'
  if (!isCount(protocol['requests'])) return '.requests is no count'
  for (const key of ['errors', 'aborts', 'responseBytes']) {
    if (!isCountIfThere(protocol[key])) return `.${key} is no count`
  }
  for (const key of ['timeToFirstByte', 'duration']) {
    if (protocol[key] !== undefined && !isHistogram(protocol[key])) return `.${key} is no histogram`
  }
  return undefined
}

/** Bounds that grow, up to infinity. */
function isHistogram(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const buckets = value as unknown[]
  const isBucket = (bucket: unknown): bucket is [number, number] =>
    Array.isArray(bucket) && bucket.length === 2 && typeof bucket[0] === 'number' && isCount(bucket[1])
  return (
    buckets.every(isBucket) &&
    buckets.at(-1)?.[0] === Infinity &&
    buckets.every(([bound], index) => index === 0 || bound > buckets[index - 1]![0])
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isCountIfThere(value: unknown): boolean {
  return value === undefined || isCount(value)
}
