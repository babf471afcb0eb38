/** Which days an export asks for, and how they come together with those that a file has already. */
import { DAY_MS } from './baseline.ts'
import type { Day } from './baseline.ts'

/**
 * The ends of `count` days up to `until`, oldest first. The days of one file all end at the same time of day, the one of
 * its first export: otherwise a job that runs a little earlier or later would count hours twice.
 */
export function dayEnds(until: Date, count: number, known: readonly Day[]): Date[] {
  const anchor = known[0] === undefined ? until.getTime() : Date.parse(known[0].end)
  const last = anchor + Math.floor((until.getTime() - anchor) / DAY_MS) * DAY_MS
  return Array.from({ length: count }, (_, index) => new Date(last - (count - 1 - index) * DAY_MS))
}

export interface Merged {
  /** Oldest first. */
  readonly days: readonly Day[]
  readonly added: number
  readonly replaced: number
}

/** A day that is there already gives way only to one that was scraped for longer: retention eats days from their beginning. */
export function mergeDays(known: readonly Day[], found: readonly Day[]): Merged {
  const days = new Map(known.map((day) => [Date.parse(day.end), day]))
  let added = 0
  let replaced = 0
  for (const day of found) {
    const end = Date.parse(day.end)
    const old = days.get(end)
    if (old !== undefined && old.coverage >= day.coverage) continue
    if (old === undefined) added += 1
    else replaced += 1
    days.set(end, day)
  }
  const sorted = [...days].sort(([a], [b]) => a - b).map(([, day]) => day)
  return { days: sorted, added, replaced }
}
