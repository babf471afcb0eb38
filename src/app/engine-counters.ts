import type { EngineCounters } from '../core/transport.ts'
import type { QuicListener } from '../listener/quic/quic-listener.ts'

/** One engine a QUIC address; metrics speak of the process, and counters never fall. */
export class EngineSum {
  #past: EngineCounters | undefined

  /** Undefined where there is and was no QUIC at all. */
  sum(listeners: readonly QuicListener[]): EngineCounters | undefined {
    const all = listeners.map((listener) => listener.engine.counters())
    return add(this.#past === undefined ? all : [...all, this.#past])
  }

  /** Of an engine that is about to close: what it counted stays counted. */
  keep(listener: QuicListener): void {
    const counters = { ...listener.engine.counters(), activeConnections: 0, halfOpenConnections: 0 }
    this.#past = add(this.#past === undefined ? [counters] : [this.#past, counters])
  }
}

function add([first, ...others]: readonly EngineCounters[]): EngineCounters | undefined {
  if (first === undefined) return undefined
  const names = Object.keys(first) as (keyof EngineCounters)[]
  const sum = (name: keyof EngineCounters) => others.reduce((total, one) => total + one[name], first[name])
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as EngineCounters
}
