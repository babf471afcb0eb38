import type { Clock } from '../core/clock.ts'
import { RoamError } from '../core/errors.ts'
import type { Events, QueueOutcome } from '../core/events.ts'
import type { Lease, Wait, Wish } from '../core/ports.ts'
import type { Pin } from './affinity/affinity.ts'
import type { Backend } from './backend.ts'
import { Line } from './line.ts'

export interface QueueSettings {
  /** Places; 0: nobody waits. */
  readonly size: number
  readonly timeoutMs: number
}

export interface QueueParts {
  readonly pool: string
  readonly clock: Clock
  readonly events: Events
}

/** What is to happen when the waiting ends. */
export interface Claim {
  readonly wish: Wish
  readonly pin: Pin | undefined
  readonly settle: (outcome: Lease | RoamError) => void
}

/** A claim that waits, as a link of its line. */
export class Waiter implements Wait, Claim {
  readonly wish: Wish
  readonly pin: Pin | undefined
  readonly settle: Claim['settle']
  readonly since: number
  /** Its place among all that ever waited. */
  readonly number: number
  readonly #queue: Queue
  line: Line<Waiter> | undefined
  before: Waiter | undefined
  after: Waiter | undefined

  constructor(queue: Queue, claim: Claim, since: number, number: number) {
    this.#queue = queue
    this.wish = claim.wish
    this.pin = claim.pin
    this.settle = claim.settle
    this.since = since
    this.number = number
  }

  cancel(): void {
    this.#queue.leave(this, 'abandoned')
  }
}

/**
 * Requests that wait for a backend of one pool to have room, first come, first served: a common line, and one for each
 * backend that has pinned clients waiting. All wait equally long at most, so that one timer watches over them.
 */
export class Queue {
  readonly #parts: QueueParts
  #settings: QueueSettings
  readonly #common = new Line<Waiter>()
  readonly #pinned = new Map<Backend, Line<Waiter>>()
  #depth = 0
  #numbers = 0
  #cancelTimer: (() => void) | undefined

  constructor(settings: QueueSettings, parts: QueueParts) {
    this.#settings = settings
    this.#parts = parts
  }

  get depth(): number {
    return this.#depth
  }

  get limit(): number {
    return this.#settings.size
  }

  get full(): boolean {
    return this.#depth >= this.#settings.size
  }

  /** Milliseconds that the first of all has waited; 0 where nobody waits. */
  get delayMs(): number {
    const since = this.#oldest
    return since === undefined ? 0 : this.#parts.clock.now() - since
  }

  /** `backend`: waits for this one and no other. Settles at once, with QUEUE_FULL, where no place is left. */
  enter(claim: Claim, backend?: Backend): Waiter | undefined {
    const { pool, clock, events } = this.#parts
    if (this.full) {
      events.emit('queue:leave', { pool, outcome: 'full', seconds: 0 })
      claim.settle(
        new RoamError(
          'QUEUE_FULL',
          `pool ${pool}: every backend is at maxRequests, and ${this.#depth} requests wait already`,
        ),
      )
      return undefined
    }
    const waiter = new Waiter(this, claim, clock.now(), this.#numbers++)
    this.#lineOf(backend).push(waiter)
    this.#depth++
    events.emit('queue:enter', { pool, position: this.#depth })
    this.#watch()
    return waiter
  }

  /** The first that `backend` may serve: of its own, and of the common line where it takes those. */
  first(backend: Backend, takesCommon: boolean): Waiter | undefined {
    const own = this.#pinned.get(backend)?.first
    if (!takesCommon) return own
    let common = this.#common.first
    // Who has failed on it before waits for another.
    while (common?.wish.tried?.has(backend.id) === true) common = common.after
    if (own === undefined || common === undefined) return own ?? common
    return own.number < common.number ? own : common
  }

  /** False: it had left before. */
  leave(waiter: Waiter, outcome: QueueOutcome): boolean {
    if (waiter.line === undefined) return false
    waiter.line.remove(waiter)
    this.#depth--
    const { pool, clock, events } = this.#parts
    events.emit('queue:leave', { pool, outcome, seconds: (clock.now() - waiter.since) / 1000 })
    return true
  }

  /** Who waits for one backend that `keeps` no clients any more waits for any, at the place that its time gives it. */
  unpin(keeps: (backend: Backend) => boolean): void {
    for (const [backend, line] of this.#pinned) {
      if (line.first !== undefined && keeps(backend)) continue
      this.#pinned.delete(backend)
      this.#common.merge(line)
    }
  }

  /** Who would take any backend, longest wait first. */
  unpinned(): readonly Waiter[] {
    return this.#common.toArray()
  }

  /** Who waits already keeps the place, whatever the new size. */
  reconfigure(settings: QueueSettings): void {
    this.#settings = settings
    this.close()
    this.#watch()
  }

  /** Watches no longer. */
  close(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #lineOf(backend: Backend | undefined): Line<Waiter> {
    if (backend === undefined) return this.#common
    let line = this.#pinned.get(backend)
    if (line === undefined) this.#pinned.set(backend, (line = new Line()))
    return line
  }

  /** Since when the first of all has waited. */
  get #oldest(): number | undefined {
    let oldest = this.#common.first?.since
    for (const { first } of this.#pinned.values())
      if (first !== undefined && (oldest === undefined || first.since < oldest)) oldest = first.since
    return oldest
  }

  /** Until the first of those who wait now is due; who leaves earlier does not move the timer. */
  #watch(): void {
    if (this.#cancelTimer !== undefined) return
    const since = this.#oldest
    if (since === undefined) return
    const { clock } = this.#parts
    const due = since + this.#settings.timeoutMs
    this.#cancelTimer = clock.after(Math.max(0, due - clock.now()), () => {
      this.#cancelTimer = undefined
      this.#expire()
      this.#watch()
    })
  }

  #expire(): void {
    const { pool, clock } = this.#parts
    const { timeoutMs } = this.#settings
    // Timers are good for whole milliseconds.
    const before = clock.now() - timeoutMs + 1
    for (const line of [this.#common, ...this.#pinned.values()]) {
      for (let waiter = line.first; waiter !== undefined && waiter.since < before; waiter = line.first) {
        this.leave(waiter, 'timeout')
        waiter.settle(
          new RoamError('QUEUE_TIMEOUT', `pool ${pool}: no backend had room within ${timeoutMs / 1000} s`),
        )
      }
    }
  }
}
