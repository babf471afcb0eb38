/** Reasons besides the protocol why two periods differ. */
import { DAY_MS } from './baseline.ts'
import type { Baseline, Day } from './baseline.ts'

/** A day that was scraped for less than this share is no whole day. */
const WHOLE_DAY = 0.9
/** Requests a day that differ by more than this are another load. */
const SAME_VOLUME = 1.25
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Sentences; the first ones are always true of such a comparison. */
export function findCaveats(before: Baseline, after: Baseline): string[] {
  return [
    'This compares two periods, not two groups of clients drawn by chance: whatever else changed between them is in the difference too.',
    'Clients choose their protocol: a first visit cannot be HTTP/3, and networks that block UDP or old devices stay on HTTP/2. Rows of one protocol explain, they prove nothing; the rows of all protocols together are the fairer ones.',
    'Of 20 intervals about one misses the truth by chance: decide beforehand which row counts.',
    ...overlap(before.days, after.days),
    ...otherJobs(before, after),
    ...weekdays(before.days, after.days),
    ...volume(before.days, after.days),
    ...partial('before', before.days),
    ...partial('after', after.days),
  ]
}

function overlap(before: readonly Day[], after: readonly Day[]): string[] {
  const shared = after.filter(({ end }) =>
    before.some((day) => Math.abs(Date.parse(day.end) - Date.parse(end)) < DAY_MS),
  )
  return shared.length === 0 ? [] : [`${shared.length} of the days after overlap with days before.`]
}

function otherJobs(before: Baseline, after: Baseline): string[] {
  return before.job === after.job ? [] : [`The jobs differ: ${before.job} before, ${after.job} after.`]
}

function weekdays(before: readonly Day[], after: readonly Day[]): string[] {
  const [was, is] = [countWeekdays(before), countWeekdays(after)]
  const equal = was.every((count, day) => count * after.length === is[day]! * before.length)
  if (equal) return []
  const list = (counts: readonly number[]) =>
    WEEKDAYS.flatMap((name, day) => (counts[day] === 0 ? [] : [`${name} ${counts[day]}`])).join(', ')
  return [
    `Weekdays are not alike: ${list(was)} before; ${list(is)} after. Whole weeks on both sides would be fair.`,
  ]
}

/** By the middle of the 24 hours, in UTC. */
function countWeekdays(days: readonly Day[]): number[] {
  const counts = WEEKDAYS.map(() => 0)
  for (const { end } of days) {
    const weekday = new Date(Date.parse(end) - DAY_MS / 2).getUTCDay()
    counts[weekday] = counts[weekday]! + 1
  }
  return counts
}

function volume(before: readonly Day[], after: readonly Day[]): string[] {
  const [was, is] = [requestsPerDay(before), requestsPerDay(after)]
  if (is <= was * SAME_VOLUME && was <= is * SAME_VOLUME) return []
  return [
    `The load differs: ${Math.round(was)} requests a day before, ${Math.round(is)} after. A busier site answers more slowly over any protocol.`,
  ]
}

function requestsPerDay(days: readonly Day[]): number {
  const requests = days.flatMap(({ protocols }) => Object.values(protocols).map((entry) => entry.requests))
  return requests.reduce((sum, count) => sum + count, 0) / days.length
}

function partial(which: string, days: readonly Day[]): string[] {
  const count = days.filter(({ coverage }) => coverage < WHOLE_DAY).length
  const share = `${Math.round(WHOLE_DAY * 100)} %`
  return count === 0 ? [] : [`${count} of ${days.length} days ${which} were scraped for less than ${share}.`]
}
