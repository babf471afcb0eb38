/**
 * One circuit breaker per backend, on opossum used as a state machine only: no timeout, capacity, cache, percentiles or
 * snapshots on the data path (each of them stalls or miscounts there). What opossum leaves open is settled here:
 *
 * - A call that began before the trip says nothing about the backend now, so its late verdict is dropped; opossum would
 *   let a late success close a half-open circuit.
 * - A client that leaves proves nothing. While closed such a call counts nowhere; a half-open trial that proved nothing
 *   opens the circuit again, because opossum would wait for its verdict for ever.
 * - Trip condition: at least `minimumRequests` in `windowMs`, of which `errorThreshold` failed. Recovery: after
 *   `resetAfterMs` one request is let through; its success closes, its failure opens again.
 */
import CircuitBreaker from 'opossum'
import type { BreakerState } from '../core/events.ts'
import type { Breaker, BreakerPermit } from '../core/ports.ts'

export interface BreakerOptions {
  /** Share of failures that opens the circuit, 0–1. */
  readonly errorThreshold: number
  readonly windowMs: number
  readonly minimumRequests: number
  readonly resetAfterMs: number
}

export interface BreakerListener {
  onState(state: BreakerState): void
  onFailure(): void
}

/** What opossum waits on; a permit's verdict settles it. */
interface Call {
  readonly promise: Promise<undefined>
}

/** opossum counts a rejection as a failure unless its filter says otherwise. */
const FAILED = new Error('backend failed')
const ABANDONED = new Error('call abandoned')

export function createBreaker(options: BreakerOptions, listener: BreakerListener): Breaker {
  const circuit: CircuitBreaker<[Call], undefined> = new CircuitBreaker((call: Call) => call.promise, {
    timeout: false,
    // opossum trips above its threshold; ours is reached when it is met.
    errorThresholdPercentage: options.errorThreshold * 100 - 1e-6,
    rollingCountTimeout: options.windowMs,
    rollingCountBuckets: 10,
    volumeThreshold: options.minimumRequests,
    // Shorter than the window, the old failures would trip it again at once.
    resetTimeout: Math.max(options.resetAfterMs, options.windowMs),
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorFilter: (error: Error) => error === ABANDONED && circuit.closed,
  })
  /** Rises with each change of state; a verdict from an older epoch is dropped. */
  let epoch = 0
  const changed = (state: BreakerState) => () => {
    epoch++
    listener.onState(state)
  }
  circuit.on('open', changed('open'))
  circuit.on('halfOpen', changed('half_open'))
  circuit.on('close', changed('closed'))

  return {
    get state() {
      return circuit.opened ? 'open' : circuit.halfOpen ? 'half_open' : 'closed'
    },
    get allows() {
      // pendingClose: half-open, and the one trial request has not been sent yet.
      return circuit.closed || (circuit.halfOpen && circuit.pendingClose)
    },
    enter(): BreakerPermit {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      circuit.fire({ promise }).catch(ignore)
      const entered = epoch
      return new Permit({ resolve, reject }, () => entered === epoch, listener)
    },
    close() {
      circuit.shutdown()
    },
  }
}

interface Verdict {
  resolve(value: undefined): void
  reject(reason: Error): void
}

class Permit implements BreakerPermit {
  readonly #verdict: Verdict
  readonly #isCurrent: () => boolean
  readonly #listener: BreakerListener
  #settled = false

  constructor(verdict: Verdict, isCurrent: () => boolean, listener: BreakerListener) {
    this.#verdict = verdict
    this.#isCurrent = isCurrent
    this.#listener = listener
  }

  succeeded(): void {
    if (this.#settle()) this.#verdict.resolve(undefined)
  }

  failed(): void {
    if (!this.#settle()) return
    this.#listener.onFailure()
    this.#verdict.reject(FAILED)
  }

  abandoned(): void {
    if (this.#settle()) this.#verdict.reject(ABANDONED)
  }

  /** False: the verdict has fallen before, or is about a state that is past. */
  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    return this.#isCurrent()
  }
}

/** The verdict reaches the caller through the permit; opossum's copy of it is of no use. */
function ignore(): void {}
