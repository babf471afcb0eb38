import { mock } from 'node:test'
import type { Test } from 'tap'
import type { Clock } from '../../src/core/clock.ts'

/** A clock that stands still until `advance`. */
export class FakeClock implements Clock {
  #now = 0
  #timers: { at: number; every: number | undefined; callback: () => void }[] = []

  now(): number {
    return this.#now
  }

  every(ms: number, callback: () => void): () => void {
    return this.#add(ms, ms, callback)
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add(ms, undefined, callback)
  }

  /** Fires what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#now = next.at
      if (next.every === undefined) this.#timers.splice(this.#timers.indexOf(next), 1)
      else next.at += next.every
      next.callback()
    }
    this.#now = end
  }

  /** When the next timers are due, in milliseconds from now. */
  get pending(): readonly number[] {
    return this.#timers.map((one) => one.at - this.#now)
  }

  #add(ms: number, every: number | undefined, callback: () => void): () => void {
    const timer = { at: this.#now + ms, every, callback }
    this.#timers.push(timer)
    return () => {
      const at = this.#timers.indexOf(timer)
      if (at !== -1) this.#timers.splice(at, 1)
    }
  }
}

/** For libraries that set timers themselves: freezes the process's own timers until the test ends. */
export function freezeTimers(t: Test): { advance(ms: number): void } {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  t.teardown(() => mock.timers.reset())
  return { advance: (ms) => mock.timers.tick(ms) }
}

/** Lets promise callbacks run; setImmediate is never frozen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
