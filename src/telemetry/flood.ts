/** What comes in floods is told at once and then at most once a second, with how many there were of each reason. */
import type { Clock } from '../core/clock.ts'

/** One line for all of this long. */
const EVERY_MS = 1000

export interface Flood<Reason extends string> {
  count(reason: Reason): void
  /** Tells what was not told yet. */
  stop(): void
}

/** The first one is told at once; those of the second after it together, when that is over. */
export function createFlood<Reason extends string>(
  clock: Pick<Clock, 'after'>,
  tell: (total: number, counts: Partial<Record<Reason, number>>) => void,
): Flood<Reason> {
  let counts: Partial<Record<Reason, number>> = {}
  let cancel: (() => void) | undefined

  const flush = (): boolean => {
    const total = Object.values<number | undefined>(counts).reduce<number>(
      (sum, count) => sum + (count ?? 0),
      0,
    )
    if (total === 0) return false
    tell(total, counts)
    counts = {}
    return true
  }
  const write = (): void => {
    cancel = flush() ? clock.after(EVERY_MS, write) : undefined
  }

  return {
    count(reason) {
      counts[reason] = (counts[reason] ?? 0) + 1
      if (!cancel) write()
    },
    stop() {
      cancel?.()
      flush()
    },
  }
}
