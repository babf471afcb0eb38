/**
 * The composition root: builds the stages from a configuration and joins them. No stage imports another; what each may
 * know of the others is in core/ports.ts, and what it publishes is in core/events.ts.
 */
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { CertificatePair } from '../config/certificates.ts'
import type { RoamConfig } from '../config/types.ts'
import { type Clock, type Random, systemClock } from '../core/clock.ts'
import { createEvents, type Events, type ReloadTrigger } from '../core/events.ts'
import type { Control, Inspector, ReloadOutcome, Site } from '../core/ports.ts'
import { createRequestIds } from '../http/request-id.ts'
import { Proxy } from '../request/proxy.ts'
import { TakeoverError } from '../takeover/error.ts'
import type { Estate } from '../takeover/estate.ts'
import type { Inheritance } from '../takeover/inheritance.ts'
import { createAccessLog } from '../telemetry/access-log.ts'
import { createEventLog } from '../telemetry/event-log.ts'
import { createTelemetry } from '../telemetry/telemetry.ts'
import { createUpstream } from '../upstream/undici.ts'
import { BUILD } from '../version.ts'
import { Backends } from './backends.ts'
import { createControl } from './control.ts'
import { Listeners, type ListeningAddress } from './listeners.ts'
import { describeChanges, refuseFixed, ReloadRefused } from './reload.ts'
import { deriveSecrets } from './secrets.ts'
import { createSite } from './site.ts'

export type { ListeningAddress }

/** Where another configuration comes from. */
export interface ConfigSource {
  /** Reads it again; throws what `explain` can explain. */
  load(): RoamConfig
  /** Why a configuration was refused, for its operator. */
  explain(error: unknown): string
}

export interface AppDependencies {
  readonly log: Logger
  /** How many lines the log has lost so far; none where it cannot lose any. */
  readonly logLinesDropped?: () => number
  readonly clock?: Clock
  readonly random?: Random
  /** What processes of one deployment share; drawn where it is absent, and worthless to the next process then. */
  readonly secret?: Buffer
  /** How many processes handed over to the next before this one; 0 by default. */
  readonly generation?: number
  /** Absent: nothing can be reloaded by `control`. */
  readonly source?: ConfigSource
}

export interface App {
  /**
   * Binds every listener, or none: the first failure closes the others and rejects with the system's error. What a running
   * process leaves is taken over, once everything else is in order; up to then that process serves.
   */
  listen(inheritance?: Inheritance): Promise<readonly ListeningAddress[]>
  /** What a successor may take over. */
  estate(): Estate
  /**
   * Puts another configuration in force, whole or not at all; requests in flight keep the one that they began under.
   * Rejects with a ReloadRefused, a CertificateError or the system's error. Resolves with what has changed.
   */
  reload(next: RoamConfig): Promise<readonly string[]>
  /** Accepts nobody new, finishes what runs, at most for drainTimeout; then closes. */
  drain(): Promise<void>
  /** Closes at once. */
  close(): Promise<void>
  readonly events: Events
  readonly control: Control
}

const STOPPING = 'Roam is stopping'

/** For the last answers to reach the network before the sockets close. */
const FAREWELL_MS = 100

export function createApp(initial: RoamConfig, dependencies: AppDependencies): App {
  const { log, logLinesDropped = () => 0, clock = systemClock, random = Math.random } = dependencies
  const { secret = randomBytes(32), generation = 0, source } = dependencies
  const events = createEvents()
  const secrets = deriveSecrets(secret)
  const upstream = createUpstream({
    clock,
    resolved: (backendId, addresses) => events.emit('backend:resolved', { backendId, addresses }),
  })
  const backends = new Backends({
    ...{ events, clock, random },
    secret: secrets.affinity,
    forget: (backend) => upstream.forget(backend),
  })
  let config = initial
  let site: Site
  const proxy = new Proxy({
    site: () => site,
    upstream,
    requestId: createRequestIds(),
    events,
    clock,
  })
  const listeners = new Listeners({ handler: proxy, events, clock, log, secrets, generation })

  const inspector: Inspector = {
    backends: () => backends.all,
    pools: () => backends.pools,
    backendConnections: (backend) => upstream.connections(backend),
    requestsInFlight: () => proxy.requestsInFlight,
    requestsOlderThan: (ms) => proxy.requestsOlderThan(ms),
    activeConnections: () => listeners.activeConnections,
    policies: () => [...new Set(config.pools.map((pool) => pool.policy))],
    engineCounters: () => listeners.engineCounters,
    certificates: () => listeners.certificates,
    logLinesDropped,
  }
  const telemetry = createTelemetry({ events, inspector, config, ...BUILD, clock })
  const stopLogs = [createEventLog({ events, log, clock })]
  if (config.log.access) stopLogs.push(createAccessLog({ events, log }))

  let stopping = false
  const close = async () => {
    stopping = true
    backends.stop()
    await listeners.close()
    await Promise.all([upstream.close(), backends.close()])
    proxy.close()
    for (const stop of stopLogs) stop()
    telemetry.close()
  }

  /** All that can fail comes first, and takes its time; then everything changes in one turn. */
  const enforce = async (next: RoamConfig, inheritance?: Inheritance): Promise<void> => {
    const newBackends = await backends.prepare(next.pools)
    try {
      const newListeners = await listeners.prepare(next, inheritance)
      try {
        if (stopping) throw new ReloadRefused(STOPPING)
        newListeners.commit()
      } catch (error) {
        await newListeners.abandon()
        throw error
      }
    } catch (error) {
      await newBackends.abandon()
      throw error
    }
    newBackends.commit()
    config = next
    site = createSite(next, backends, telemetry)
  }

  /** From now on clients come here. */
  const takeOver = async (inheritance: Inheritance): Promise<void> => {
    const young = await inheritance.claim()
    if (stopping) throw new TakeoverError('this process was told to stop')
    await listeners.begin(young)
    await inheritance.begun()
    events.emit('takeover:done', { role: 'new', generation })
  }

  const apply = async (next: RoamConfig): Promise<readonly string[]> => {
    refuseFixed(config, next)
    const before = config
    const certificates = listeners.certificates
    await enforce(next)
    telemetry.reconfigure(next)
    const replaced = commonNamesOfNew(certificates, listeners.certificates)
    if (replaced.length > 0) events.emit('certificates:replaced', { commonNames: replaced })
    return [...describeChanges(before, next), ...replaced.map((name) => `certificate of ${name} replaced`)]
  }

  let last: Promise<unknown> = Promise.resolve()
  /** Reloads come one after the other. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = last.then(task)
    last = mine.catch(() => {})
    return mine
  }

  const reloadFromSource = async (trigger: ReloadTrigger): Promise<ReloadOutcome> => {
    if (source === undefined)
      return { ok: false, why: 'this configuration has no file that could be read again' }
    try {
      const changes = await apply(source.load())
      events.emit('config:reload', { trigger, result: 'success', why: undefined, changes })
      return { ok: true, changes }
    } catch (error) {
      const why = source.explain(error)
      events.emit('config:reload', { trigger, result: 'failure', why })
      return { ok: false, why }
    }
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
    control: createControl({
      config: () => config,
      ...{ backends, listeners, events },
      reload: (trigger) => inTurn(() => reloadFromSource(trigger)),
    }),
    async listen(inheritance) {
      try {
        await inTurn(async () => {
          await enforce(config, inheritance)
          if (inheritance !== undefined) await takeOver(inheritance)
        })
      } catch (error) {
        await close()
        throw error
      }
      return listeners.addresses
    },
    estate: () => ({ generation, secret, sockets: listeners.estate }),
    reload: (next) => inTurn(() => apply(next)),
    async drain() {
      stopping = true
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const cancel = clock.after(config.drainTimeoutMs, () => resolve(undefined))
      await Promise.race([Promise.all([proxy.idle(), listeners.drain()]), late])
      cancel()
      await cutTheRest()
      await close()
    },
    async close() {
      stopping = true
      await cutTheRest()
      await close()
    },
  }
}

/** Of certificates that were not in use before. */
function commonNamesOfNew(before: readonly CertificatePair[], after: readonly CertificatePair[]): string[] {
  const known = new Set(before.map(({ cert }) => cert))
  return after.filter(({ cert }) => !known.has(cert)).map(({ commonName }) => commonName)
}
