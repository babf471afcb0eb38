import type { OutlierConfig } from '../config/types.ts'
import type { Clock } from '../core/clock.ts'
import type { EjectionReason, Events } from '../core/events.ts'
import type { Backend } from './backend.ts'

export interface OutliersParts {
  readonly backends: () => readonly Backend[]
  readonly clock: Clock
  readonly events: Events
}

/** How an attempt ended: the status of a whole answer, or none. */
export type Outcome = number | 'broken'

/** What is known of one backend. */
interface History {
  consecutive5xx: number
  consecutiveGatewayErrors: number
  /** In this interval. */
  requests: number
  successes: number
  /** Ejections in a row; a quiet interval takes one back. */
  ejections: number
  cancelReturn: (() => void) | undefined
}

/** Rates that differ by less are the same: sums of fractions are not exact. */
const EPSILON = 1e-9

/**
 * Takes backends out for a while for what their answers look like, as Envoy's outlier detection does: so many failures
 * in a row, or a success rate that is far from those of its peers. Unlike there, the last backend that is up is never
 * ejected: its failures are better than nobody's answers.
 */
export class Outliers {
  readonly #parts: OutliersParts
  #config: OutlierConfig | undefined
  #stopInterval = () => {}
  readonly #histories = new Map<Backend, History>()

  constructor(parts: OutliersParts) {
    this.#parts = parts
  }

  /** Undefined: nobody is ejected, and who is comes back. */
  reconfigure(config: OutlierConfig | undefined): void {
    const { clock, backends } = this.#parts
    const interval = config?.intervalMs
    if (interval !== this.#config?.intervalMs) {
      this.#stopInterval()
      this.#stopInterval = interval === undefined ? () => {} : clock.every(interval, () => this.#sweep())
    }
    this.#config = config
    const staying = new Set(backends())
    for (const [backend, history] of this.#histories) {
      if (staying.has(backend) && config !== undefined) continue
      history.cancelReturn?.()
      this.#histories.delete(backend)
      if (backend.ejected && staying.has(backend)) this.#return(backend)
    }
  }

  observe(backend: Backend, outcome: Outcome): void {
    // A request may outlast its backend: whoever is gone is not judged.
    if (this.#config === undefined || !this.#parts.backends().includes(backend)) return
    const history = this.#historyOf(backend)
    history.requests++
    if (outcome !== 'broken' && outcome < 500) {
      history.successes++
      history.consecutive5xx = history.consecutiveGatewayErrors = 0
      return
    }
    history.consecutive5xx++
    if (outcome === 'broken' || (outcome >= 502 && outcome <= 504)) history.consecutiveGatewayErrors++
    else history.consecutiveGatewayErrors = 0
    const { consecutive5xx = Infinity, consecutiveGatewayErrors = Infinity } = this.#config
    if (history.consecutiveGatewayErrors >= consecutiveGatewayErrors)
      this.#eject(backend, 'consecutive_gateway_errors')
    else if (history.consecutive5xx >= consecutive5xx) this.#eject(backend, 'consecutive_5xx')
  }

  close(): void {
    this.#stopInterval()
    for (const { cancelReturn } of this.#histories.values()) cancelReturn?.()
  }

  #historyOf(backend: Backend): History {
    let history = this.#histories.get(backend)
    if (history === undefined) {
      history = {
        consecutive5xx: 0,
        consecutiveGatewayErrors: 0,
        requests: 0,
        successes: 0,
        ejections: 0,
        cancelReturn: undefined,
      }
      this.#histories.set(backend, history)
    }
    return history
  }

  /** The end of an interval. */
  #sweep(): void {
    for (const backend of this.#deviating()) this.#eject(backend, 'success_rate')
    for (const [backend, history] of this.#histories) {
      history.requests = history.successes = 0
      if (!backend.ejected && history.ejections > 0) history.ejections--
    }
  }

  /** Whose success rate is too far below the mean of all whose requests say something, worst first. */
  #deviating(): Backend[] {
    const { successRateDeviations, successRateMinimumRequests } = this.#config!
    if (successRateDeviations === undefined) return []
    const rates: [Backend, number][] = []
    for (const [backend, { requests, successes }] of this.#histories)
      if (!backend.ejected && requests >= successRateMinimumRequests)
        rates.push([backend, successes / requests])
    const mean = average(rates.map(([, rate]) => rate))
    const deviation = Math.sqrt(average(rates.map(([, rate]) => (rate - mean) ** 2)))
    const least = mean - successRateDeviations * deviation - EPSILON
    return rates
      .filter(([, rate]) => rate < least)
      .sort(([, a], [, b]) => a - b)
      .map(([backend]) => backend)
  }

  #eject(backend: Backend, reason: EjectionReason): void {
    const { baseEjectionMs, maxEjectionMs, maxEjected } = this.#config!
    const { backends, clock, events } = this.#parts
    const all = backends()
    const ejected = all.filter((one) => one.ejected).length
    if (ejected >= Math.max(1, Math.floor(maxEjected * all.length + EPSILON))) return
    if (!backend.up || !all.some((one) => one !== backend && one.up)) return
    const history = this.#historyOf(backend)
    history.ejections++
    const ms = Math.min(baseEjectionMs * history.ejections, maxEjectionMs)
    history.cancelReturn = clock.after(ms, () => this.#return(backend))
    events.emit('backend:ejected', { backendId: backend.id, reason, seconds: ms / 1000 })
    backend.ejected = true
  }

  #return(backend: Backend): void {
    const history = this.#histories.get(backend)
    if (history !== undefined) {
      history.consecutive5xx = history.consecutiveGatewayErrors = 0
      history.cancelReturn = undefined
    }
    this.#parts.events.emit('backend:returned', { backendId: backend.id })
    backend.ejected = false
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
