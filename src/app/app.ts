/**
 * The composition root: builds the stages from a configuration and joins them. No stage imports another; what each may
 * know of the others is in core/ports.ts, and what it publishes is in core/events.ts.
 */
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { readCertificatePair } from '../config/certificates.ts'
import type { RoamConfig } from '../config/types.ts'
import { type Clock, type Random, systemClock } from '../core/clock.ts'
import { createEvents, type Events } from '../core/events.ts'
import type { Inspector } from '../core/ports.ts'
import { createRequestIds } from '../http/request-id.ts'
import { Proxy } from '../request/proxy.ts'
import { createAccessLog } from '../telemetry/access-log.ts'
import { createEventLog } from '../telemetry/event-log.ts'
import { createTelemetry } from '../telemetry/telemetry.ts'
import { createUpstream } from '../upstream/undici.ts'
import { BUILD } from '../version.ts'
import { Backends } from './backends.ts'
import { Listeners, type ListeningAddress } from './listeners.ts'
import { createSite } from './site.ts'

export type { ListeningAddress }

export interface AppDependencies {
  readonly log: Logger
  /** How many lines the log has lost so far; none where it cannot lose any. */
  readonly logLinesDropped?: () => number
  readonly clock?: Clock
  readonly random?: Random
}

export interface App {
  /** Binds every listener, or none: the first failure closes the others and rejects with the system's error. */
  listen(): Promise<readonly ListeningAddress[]>
  /** Accepts nobody new, finishes what runs, at most for drainTimeout; then closes. */
  drain(): Promise<void>
  /** Closes at once. */
  close(): Promise<void>
  readonly events: Events
}

/** For the last answers to reach the network before the sockets close. */
const FAREWELL_MS = 100

export function createApp(config: RoamConfig, dependencies: AppDependencies): App {
  const { log, logLinesDropped = () => 0, clock = systemClock, random = Math.random } = dependencies
  const events = createEvents()
  const backends = new Backends(config.pools, { events, clock, random, secret: randomBytes(32) })
  const upstream = createUpstream()
  const certificates = config.listeners.flatMap((listener) =>
    listener.certificates.map((files) => readCertificatePair(files)),
  )
  const proxy = new Proxy({
    site: () => site,
    upstream,
    requestId: createRequestIds(),
    events,
    clock,
  })
  const listeners = new Listeners({ handler: proxy, events, clock, log })

  const inspector: Inspector = {
    backends: () => backends.all,
    pools: () => backends.pools,
    backendConnections: (backend) => upstream.connections(backend),
    requestsInFlight: () => proxy.requestsInFlight,
    requestsOlderThan: (ms) => proxy.requestsOlderThan(ms),
    activeConnections: () => listeners.activeConnections,
    policies: () => [...new Set(config.pools.map((pool) => pool.policy))],
    engineCounters: () => listeners.engineCounters,
    certificates: () => certificates,
    logLinesDropped,
  }
  const telemetry = createTelemetry({ events, inspector, config, ...BUILD, clock })
  const stopLogs = [createEventLog({ events, log, clock })]
  if (config.log.access) stopLogs.push(createAccessLog({ events, log }))
  const site = createSite(config, backends, telemetry)

  const close = async () => {
    backends.stop()
    await listeners.close()
    await Promise.all([upstream.close(), backends.close()])
    proxy.close()
    for (const stop of stopLogs) stop()
    telemetry.close()
  }

  /** Whoever is still waiting is told so, and the answer gets a moment to leave. */
  const cutTheRest = async () => {
    const cut = proxy.cutAll()
    if (cut === 0) return
    log.warn({ 'roam.count': cut }, 'requests were cut: they had not finished within drainTimeout')
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))
  }

  return {
    events,
    async listen() {
      // Nobody is accepted before each backend was asked once: a cold start must not send pages to a dead node.
      await backends.start()
      try {
        return await listeners.listen(config)
      } catch (error) {
        await close()
        throw error
      }
    },
    async drain() {
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const cancel = clock.after(config.drainTimeoutMs, () => resolve(undefined))
      await Promise.race([Promise.all([proxy.idle(), listeners.drain()]), late])
      cancel()
      await cutTheRest()
      await close()
    },
    async close() {
      await cutTheRest()
      await close()
    },
  }
}
