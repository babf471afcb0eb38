/**
 * One circuit breaker per backend, on opossum used as a state machine only: no timeout, capacity, cache, percentiles or
 * snapshots on the data path (each of them stalls or miscounts there). What opossum leaves open is settled here:
 *
 * - A call that began before the trip says nothing about the backend now, so its late verdict is dropped; opossum would
 *   let a late success close a half-open circuit.
 * - A client that leaves proves nothing. While closed such a call counts nowhere; a half-open trial that proved nothing
 *   opens the circuit again, because opossum would wait for its verdict for ever.
 * - Trip condition: at least `minimumRequests` in `windowMs`, of which `errorThreshold` failed. Recovery: after
 *   `resetAfterMs` one request is let through; its success closes and forgets what was, its failure opens again.
 * - Backends may fail in turn, each for a moment. Where every other one is out, an open circuit is tried after `REST_MS`
 *   already: one request a second is no load, and being refused for ten because of a crash that is over is no protection.
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

/** How long an open circuit is left alone, whoever asks. */
const REST_MS = 1_000

/** opossum counts a rejection as a failure unless its filter says otherwise. */
const FAILED = new Error('backend failed')
const ABANDONED = new Error('call abandoned')

export function createBreaker(options: BreakerOptions, listener: BreakerListener): Breaker {
  let circuit = createCircuit(options)
  /** Rises with each change of state; a verdict from an older epoch is dropped. */
  let epoch = 0
  let openedAt = 0
  const changed = (state: BreakerState) => () => {
    epoch++
    if (state === 'open') openedAt = Date.now()
    listener.onState(state)
  }
  const watch = () => {
    circuit.on('open', changed('open'))
    circuit.on('halfOpen', changed('half_open'))
    circuit.on('close', () => {
      // opossum would still count the failures that it tripped for.
      renew()
      changed('closed')()
    })
  }
  const renew = (state?: CircuitState) => {
    circuit.shutdown()
    circuit = createCircuit(options, state)
    watch()
  }
  watch()

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
    hurry() {
      if (!circuit.opened || Date.now() - openedAt < REST_MS) return false
      // opossum half-opens by its timer alone; another circuit can begin in that state.
      renew({ enabled: true, closed: false, halfOpen: true })
      changed('half_open')()
      return true
    },
    close() {
      circuit.shutdown()
    },
  }
}

interface CircuitState {
  readonly enabled: boolean
  readonly closed: boolean
  readonly halfOpen: boolean
}

function createCircuit(options: BreakerOptions, state?: CircuitState): CircuitBreaker<[Call], undefined> {
  const circuit: CircuitBreaker<[Call], undefined> = new CircuitBreaker((call: Call) => call.promise, {
    timeout: false,
    // opossum trips above its threshold; ours is reached when it is met.
    errorThresholdPercentage: options.errorThreshold * 100 - 1e-6,
    rollingCountTimeout: options.windowMs,
    rollingCountBuckets: 10,
    volumeThreshold: options.minimumRequests,
    resetTimeout: options.resetAfterMs,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorFilter: (error: Error) => error === ABANDONED && circuit.closed,
    ...(state === undefined ? {} : { state }),
  })
  return circuit
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
