/** Turns what stages publish into metrics. Nobody waits for it, and nothing else imports prom-client. */
import { Registry } from 'prom-client'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { Inspector } from '../core/ports.ts'
import { type Domains, Metrics } from './metrics.ts'
import { OTHER_NETWORK, createNetworkOf } from './networks.ts'
import type { Section, TelemetryConfig } from './section.ts'
import { measureBalancing } from './sections/balancing.ts'
import { measureConnections } from './sections/connections.ts'
import { measureHttp } from './sections/http.ts'
import { measureMigration } from './sections/migration.ts'
import { measureNode, measureProcess } from './sections/process.ts'
import { measureQueueing } from './sections/queueing.ts'
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
  /** Another configuration is in force: its backends, pools and policies are those that have series. */
  reconfigure(config: TelemetryConfig): void
  /** Stops listening. */
  close(): void
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { events, inspector, version, commit, clock } = options
  let { config } = options
  const registry = options.registry ?? new Registry()
  const { on, off } = subscriptions(events)
  const metrics = new Metrics(registry, domainsOf(config))
  const whenConfigured: ((config: TelemetryConfig) => void)[] = []
  const section: Section = {
    on,
    metrics,
    inspector,
    config: () => config,
    configured(listener) {
      whenConfigured.push(listener)
      listener(config)
    },
    networkOf: createNetworkOf(config.networks),
  }
  measureHttp(section)
  measureConnections(section)
  measureTransport(section)
  measureMigration(section)
  measureBalancing(section)
  measureQueueing(section)
  measureProcess(section, { version, commit }, clock)
  measureNode(registry)

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    reconfigure(next) {
      config = next
      metrics.reconfigure(domainsOf(config))
      for (const listener of whenConfigured) listener(config)
    },
    close() {
      off()
      registry.clear()
    },
  }
}

function domainsOf({ pools, networks }: TelemetryConfig): Domains {
  return {
    backend: pools.flatMap(({ backends }) => backends.map(({ id }) => id)),
    pool: pools.map(({ name }) => name),
    network: [...new Set([...networks.keys(), OTHER_NETWORK])],
    algorithm: [...new Set(pools.map(({ policy }) => policy))],
  }
}
