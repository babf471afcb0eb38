import type { Clock } from '../core/clock.ts'

/** Something whose deadlines are looked at now and then. */
export interface Watched {
  check(now: number): void
}

/** How late a deadline may be noticed. */
const TICK_MS = 250

/**
 * One timer for the deadlines of all requests: a request costs an insertion and a deletion instead of several timers,
 * and no deadline here is shorter than seconds.
 */
export class Deadlines<T extends Watched> {
  readonly #watched = new Set<T>()
  readonly #stop: () => void

  constructor(clock: Clock) {
    this.#stop = clock.every(TICK_MS, () => {
      const now = clock.now()
      for (const one of this.#watched) one.check(now)
    })
  }

  get watched(): ReadonlySet<T> {
    return this.#watched
  }

  watch(one: T): void {
    this.#watched.add(one)
  }

  unwatch(one: T): void {
    this.#watched.delete(one)
  }

  stop(): void {
    this.#stop()
  }
}
