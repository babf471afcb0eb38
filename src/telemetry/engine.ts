/** Counters that the QUIC engine keeps itself, for the endpoint as a whole; they are read at each scrape. */
import type { Inspector } from '../core/ports.ts'
import type { EngineCounters } from '../core/transport.ts'
import type { LabelSets, LabelsOf } from './catalogue/spec.ts'
import type { CounterFamily } from './series.ts'

/**
 * Adds what the engine counted since the last look. By difference, because the engine's counts begin again with a
 * new engine while ours go on, and because some series are counted for TCP as well.
 */
export function followEngine<L extends LabelSets>(
  inspector: Pick<Inspector, 'engineCounters'>,
  family: CounterFamily<L>,
  sources: readonly (readonly [keyof EngineCounters, LabelsOf<L>])[],
): void {
  const followed = sources.map(([count, labels]) => ({ count, series: family.labels(labels), seen: 0 }))
  family.collect = () => {
    const counters = inspector.engineCounters()
    if (!counters) return
    for (const source of followed) {
      const now = counters[source.count]
      // An engine of another version may lack a count.
      if (!Number.isFinite(now)) continue
      source.series.add(now >= source.seen ? now - source.seen : now)
      source.seen = now
    }
  }
}
