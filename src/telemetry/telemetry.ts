/** Turns what stages publish into metrics. Nobody waits for it, and nothing else imports prom-client. */
import { Registry } from 'prom-client'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { Inspector } from '../core/ports.ts'
import { Metrics } from './metrics.ts'
import { OTHER_NETWORK, createNetworkOf } from './networks.ts'
import type { Section, TelemetryConfig } from './section.ts'
import { measureBalancing } from './sections/balancing.ts'
import { measureConnections } from './sections/connections.ts'
import { measureHttp } from './sections/http.ts'
import { measureMigration } from './sections/migration.ts'
import { measureNode, measureProcess } from './sections/process.ts'
import { measureTransport } from './sections/transport.ts'
import { subscriptions } from './subscriptions.ts'

export interface TelemetryOptions {
  readonly events: Events
  readonly inspector: Inspector
  readonly config: TelemetryConfig
  readonly version: string
  readonly commit: string
  readonly clock: Clock
  /** One of its own where it is absent. */
  readonly registry?: Registry
}

export interface Telemetry {
  readonly contentType: string
  /** The exposition text of all metrics. */
  render(): Promise<string>
  /** Stops listening. */
  close(): void
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { events, inspector, config, version, commit, clock } = options
  const registry = options.registry ?? new Registry()
  const { on, off } = subscriptions(events)
  const section: Section = {
    on,
    metrics: new Metrics(registry, {
      backend: config.pools.flatMap((pool) => pool.backends.map(({ id }) => id)),
      network: [...new Set([...config.networks.keys(), OTHER_NETWORK])],
      algorithm: [...new Set(config.pools.map(({ policy }) => policy))],
    }),
    inspector,
    config,
    networkOf: createNetworkOf(config.networks),
  }
  measureHttp(section)
  measureConnections(section)
  measureTransport(section)
  measureMigration(section)
  measureBalancing(section)
  // The clock counts from the process's start; telemetry is made when the configuration has been loaded.
  measureProcess(section, { version, commit }, (performance.timeOrigin + clock.now()) / 1000)
  measureNode(registry)

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    close() {
      off()
      registry.clear()
    },
  }
}
