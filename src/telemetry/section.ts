/** What each section of the metrics is given, and two tools that resolve series once instead of at each event. */
import type { RoamEvents } from '../core/events.ts'
import type { Protocol } from '../core/exchange.ts'
import type { Inspector } from '../core/ports.ts'
import type { Metrics } from './metrics.ts'
import type { NetworkOf } from './networks.ts'

/** Listens until telemetry is closed. */
export type On = <Name extends keyof RoamEvents>(
  name: Name,
  listener: (...payload: RoamEvents[Name]) => void,
) => void

/** What telemetry reads of the configuration. */
export interface TelemetryConfig {
  readonly pools: readonly {
    readonly name: string
    readonly policy: string
    readonly backends: readonly { readonly id: string }[]
  }[]
  readonly listeners: readonly { readonly protocols: readonly Protocol[] }[]
  /** Name → CIDR ranges. */
  readonly networks: ReadonlyMap<string, readonly string[]>
  readonly limits: { readonly maxConnections: number }
}

export interface Section {
  readonly on: On
  readonly metrics: Metrics
  readonly inspector: Inspector
  /** The one in force. */
  readonly config: () => TelemetryConfig
  /** Calls it now, and after each reload, when the series of what is gone have been removed. */
  readonly configured: (listener: (config: TelemetryConfig) => void) => void
  readonly networkOf: NetworkOf
}

/** One entry for each key of a closed set. */
export function each<Key extends string, Series>(
  keys: readonly Key[],
  series: (key: Key) => Series,
): Readonly<Record<Key, Series>> {
  return Object.fromEntries(keys.map((key) => [key, series(key)])) as Record<Key, Series>
}

/**
 * One entry for each key that comes, until the next reload; only for keys that the configuration limits (backends, pools,
 * networks).
 */
export function remember<Series>(
  { configured }: Pick<Section, 'configured'>,
  series: (key: string) => Series,
): (key: string) => Series {
  const known = new Map<string, Series>()
  configured(() => known.clear())
  return (key) => {
    let found = known.get(key)
    if (found === undefined) known.set(key, (found = series(key)))
    return found
  }
}
