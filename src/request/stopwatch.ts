import type { Clock } from '../core/clock.ts'
import type { RequestRecord } from '../core/events.ts'

type Durations = Pick<
  RequestRecord,
  'durationSeconds' | 'timeToFirstByteSeconds' | 'overheadSeconds' | 'queueSeconds'
>

/** Whose time a request's time is: the queue's, a backend's, or Roam's own. */
export class Stopwatch {
  readonly #clock: Clock
  readonly startedAt: number
  #queuedAt = 0
  #queuedMs = 0
  /** Undefined while no backend is being waited for. */
  #askedAt: number | undefined
  #attempts = 0
  #answerMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.startedAt = clock.now()
  }

  queue(): void {
    this.#queuedAt = this.#clock.now()
  }

  leaveQueue(): void {
    this.#queuedMs += this.#clock.now() - this.#queuedAt
  }

  /** A backend is asked, and waited for. Returns the time of it. */
  ask(): number {
    this.#attempts++
    return (this.#askedAt = this.#clock.now())
  }

  /** It has answered, or will not. From here on time is Roam's own again. Returns the milliseconds it took. */
  answered(now: number): number {
    if (this.#askedAt === undefined) return 0
    const took = now - this.#askedAt
    this.#askedAt = undefined
    this.#answerMs += took
    return took
  }

  /** Until now. `firstByteAt`: when the answer began; undefined where it did not. */
  durations(firstByteAt: number | undefined): Durations {
    const untilFirstByte = firstByteAt === undefined ? undefined : firstByteAt - this.startedAt
    return {
      durationSeconds: (this.#clock.now() - this.startedAt) / 1000,
      timeToFirstByteSeconds: untilFirstByte === undefined ? undefined : untilFirstByte / 1000,
      overheadSeconds:
        untilFirstByte === undefined || this.#attempts === 0
          ? undefined
          : (untilFirstByte - this.#queuedMs - this.#answerMs) / 1000,
      queueSeconds: this.#queuedMs / 1000,
    }
  }
}
