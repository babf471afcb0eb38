/**
 * The composition root: builds the stages from a configuration and joins them. No stage imports another; what each may
 * know of the others is in core/ports.ts, and what it publishes is in core/events.ts.
 */
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { Backend } from './balancer/backend.ts'
import { type ActiveHealthOptions, watchHealth } from './balancer/health/active.ts'
import { leastRequests } from './balancer/policies/least-requests.ts'
import type { PolicyFactory, PolicyName } from './balancer/policies/policy.ts'
import { roundRobin } from './balancer/policies/round-robin.ts'
import { BackendPool } from './balancer/pool.ts'
import { createRetryBudget } from './balancer/retry-budget.ts'
import { createBreaker } from './breaker/breaker.ts'
import { readCertificatePair } from './config/certificates.ts'
import type { ListenerConfig, PoolConfig, RoamConfig } from './config/types.ts'
import { type Clock, type Random, systemClock } from './core/clock.ts'
import { createEvents, type Events } from './core/events.ts'
import type { Protocol } from './core/exchange.ts'
import type { Inspector, Site } from './core/ports.ts'
import type { EngineCounters } from './core/transport.ts'
import { createAccess } from './http/access.ts'
import { forwardFields, inheritedRequestId } from './http/forwarded.ts'
import { createRequestIds } from './http/request-id.ts'
import { createTrust } from './http/trust.ts'
import { validateHead } from './http/validate.ts'
import { altSvcValue } from './listener/alt-svc.ts'
import type { SiteCertificate } from './listener/certificates.ts'
import type { EngineOptions } from './listener/quic/contract.ts'
import { QuicListener } from './listener/quic/quic-listener.ts'
import { SecureContexts } from './listener/tcp/tls.ts'
import { TcpListener } from './listener/tcp/tcp-listener.ts'
import { Proxy } from './request/proxy.ts'
import { classifyRoute } from './router/route-class.ts'
import { createRouter } from './router/router.ts'
import { createAccessLog } from './telemetry/access-log.ts'
import { createEventLog } from './telemetry/event-log.ts'
import { createResponder } from './telemetry/responder.ts'
import { createTelemetry } from './telemetry/telemetry.ts'
import { createProbe } from './upstream/probe.ts'
import { createUpstream } from './upstream/undici.ts'
import { BUILD } from './version.ts'

export interface AppDependencies {
  readonly log: Logger
  /** How many lines the log has lost so far; none where it cannot lose any. */
  readonly logLinesDropped?: () => number
  readonly clock?: Clock
  readonly random?: Random
}

/** Where a listener really listens (port 0 is resolved). */
export interface ListeningAddress {
  readonly host: string
  readonly port: number
  readonly protocols: readonly Protocol[]
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

const POLICIES: Partial<Record<PolicyName, PolicyFactory>> = {
  'round-robin': roundRobin,
  'least-requests': leastRequests,
}

export function createApp(config: RoamConfig, dependencies: AppDependencies): App {
  const { log, logLinesDropped = () => 0, clock = systemClock, random = Math.random } = dependencies
  const events = createEvents()

  const pools = new Map(config.pools.map((pool) => [pool.name, buildPool(pool, events, random)]))
  const backends = [...pools.values()].flatMap((pool) => pool.backends)
  const poolConfigOf = new Map(config.pools.map((pool) => [pool.name, pool]))
  const settingsOf = (name: string): PoolConfig => poolConfigOf.get(name)!

  const upstream = createUpstream()
  const certificates = config.listeners.flatMap((listener) =>
    listener.certificates.map((files) => readCertificatePair(files)),
  )
  const tcp: TcpListener[] = []
  const quic: QuicListener[] = []

  const inspector: Inspector = {
    backends: () => backends,
    pools: () => [...pools.values()],
    backendConnections: (backend) => upstream.connections(backend),
    requestsInFlight: () => proxy.requestsInFlight,
    requestsOlderThan: (ms) => proxy.requestsOlderThan(ms),
    activeConnections() {
      const counts = { 'http/1.1': 0, h2: 0, h3: 0 }
      for (const listener of tcp) listener.countInto(counts)
      for (const listener of quic) counts.h3 += listener.activeConnections
      return counts
    },
    policies: () => [...new Set(config.pools.map((pool) => pool.policy))],
    engineCounters: () => sumCounters(quic.map((listener) => listener.engine.counters())),
    certificates: () => certificates,
    logLinesDropped,
  }
  const telemetry = createTelemetry({ events, inspector, config, ...BUILD, clock })
  const stopLogs = [createEventLog({ events, log, clock })]
  if (config.log.access) stopLogs.push(createAccessLog({ events, log }))

  const trusted = createTrust(config.trustedProxies)
  const site: Site = {
    admit: (head) => validateHead(head, config.limits),
    local: createResponder({
      paths: config.metrics,
      allowed: createAccess(config.metrics.allow),
      telemetry,
      pools: () => [...pools.values()],
    }),
    route: createRouter(
      config.routes.map((route) => ({
        ...route,
        pool: pools.get(route.pool)!,
        timeouts: { ...settingsOf(route.pool).timeouts, ...route.timeouts },
      })),
    ),
    classify: classifyRoute,
    forward: (head, connection, id) => forwardFields(head, connection, id, trusted),
    inheritedId: (head, connection) => inheritedRequestId(head, connection, trusted),
    limits: config.limits,
  }
  const proxy = new Proxy({
    site: () => site,
    upstream,
    requestId: createRequestIds(),
    events,
    clock,
  })

  const prober = createProbe()
  const watches = backends.flatMap((backend) => {
    const { health } = settingsOf(backend.pool)
    return health === undefined ? [] : [() => watch(backend, health)]
  })
  const watch = (backend: Backend, health: ActiveHealthOptions) =>
    watchHealth(backend, health, { probe: prober.probe, events, clock, random })
  let running: ReturnType<typeof watchHealth>[] = []

  const close = async () => {
    for (const one of running) one.stop()
    for (const listener of tcp) listener.close()
    await Promise.all(quic.map((listener) => listener.close()))
    await Promise.all([upstream.close(), prober.close()])
    for (const backend of backends) backend.breaker.close()
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
      running = watches.map((start) => start())
      // Nobody is accepted before each backend was asked once: a cold start must not send pages to a dead node.
      await Promise.all(running.map((one) => one.first))
      const addresses: ListeningAddress[] = []
      try {
        for (const listener of config.listeners) {
          const port = await listenOn(listener, { config, tcp, quic, proxy, events, clock, log })
          addresses.push({ host: listener.host, port, protocols: listener.protocols })
        }
      } catch (error) {
        await close()
        throw error
      }
      return addresses
    },
    async drain() {
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const cancel = clock.after(config.drainTimeoutMs, () => resolve(undefined))
      const finished = Promise.all([
        proxy.idle(),
        ...tcp.map((listener) => listener.drain()),
        ...quic.map((listener) => listener.drain()),
      ])
      await Promise.race([finished, late])
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

function buildPool(config: PoolConfig, events: Events, random: Random): BackendPool {
  const backends = config.backends.map((facts) => {
    const breaker = createBreaker(config.breaker, {
      onState: (state) => events.emit('breaker:state', { backendId: facts.id, state }),
      onFailure: () => events.emit('breaker:failure', { backendId: facts.id }),
    })
    return new Backend(
      {
        ...facts,
        pool: config.name,
        upstream: {
          connectTimeoutMs: config.timeouts.connectMs,
          maxConnections: facts.maxRequests,
          ...config.tls,
          dnsRefreshMs: config.dnsRefreshMs,
        },
      },
      breaker,
    )
  })
  return new BackendPool({
    name: config.name,
    policyName: config.policy,
    policy: POLICIES[config.policy]!(random),
    hostHeader: config.hostHeader,
    backends,
    retries: { attempts: config.retries.attempts, budget: createRetryBudget(config.retries.budget) },
    events,
    retryAfterSeconds: Math.ceil((config.health?.intervalMs ?? config.breaker.resetAfterMs) / 1000),
  })
}

interface ListenParts {
  readonly config: RoamConfig
  readonly tcp: TcpListener[]
  readonly quic: QuicListener[]
  readonly proxy: Proxy
  readonly events: Events
  readonly clock: Clock
  readonly log: Logger
}

/** How often another port is drawn when the one that is free for UDP is taken for TCP. */
const PORT_DRAWS = 10

/** One configured address. Port 0 draws until one is free for both transports. */
async function listenOn(listener: ListenerConfig, parts: ListenParts): Promise<number> {
  for (let draw = 1; ; draw++) {
    const engines = parts.quic.length
    try {
      return await listenOnce(listener, parts)
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken || listener.port !== 0 || draw === PORT_DRAWS) throw error
      for (const engine of parts.quic.splice(engines)) await engine.close()
    }
  }
}

async function listenOnce(listener: ListenerConfig, parts: ListenParts): Promise<number> {
  const { config, proxy, events, clock } = parts
  const certificates: SiteCertificate[] = listener.certificates.map((files) => readCertificatePair(files))
  const alpn = (['h2', 'http/1.1'] as const).filter((protocol) => listener.protocols.includes(protocol))
  let { port } = listener
  // The engine binds first where there is HTTP/3: Alt-Svc must not offer a port that UDP did not get.
  const h3 = listener.protocols.includes('h3')
  if (h3) {
    const server = new QuicListener({
      host: listener.host,
      port,
      engine: engineOptions(config, certificates),
      handler: proxy,
      events,
      onFailure: (message) =>
        parts.log.fatal({ address: `${listener.host}:${port}` }, `HTTP/3 has stopped: ${message}`),
    })
    port = server.listen()
    parts.quic.push(server)
  }
  if (alpn.length > 0) {
    const { altSvc } = listener
    const server = new TcpListener({
      host: listener.host,
      port,
      tls: certificates.length === 0 ? undefined : { contexts: new SecureContexts(certificates), alpn },
      altSvc:
        h3 && altSvc !== undefined
          ? altSvcValue(altSvc.advertisedPort ?? port, altSvc.maxAgeSeconds)
          : undefined,
      redirectToPort: listener.redirectToHttps ? httpsPort(config) : undefined,
      limits: config.limits,
      handler: proxy,
      events,
      clock,
    })
    port = await server.listen()
    parts.tcp.push(server)
  }
  return port
}

/** The port of the first HTTPS listener, as clients see it. */
function httpsPort(config: RoamConfig): number | undefined {
  const https = config.listeners.find(({ certificates }) => certificates.length > 0)
  return https?.altSvc?.advertisedPort ?? https?.port
}

/** One engine a QUIC address; metrics speak of the process. Undefined where there is no QUIC at all. */
function sumCounters([first, ...others]: readonly EngineCounters[]): EngineCounters | undefined {
  if (first === undefined) return undefined
  const names = Object.keys(first) as (keyof EngineCounters)[]
  const sum = (name: keyof EngineCounters) => others.reduce((total, one) => total + one[name], first[name])
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as EngineCounters
}

/** Flow control: what one stream and one connection may have on their way before anybody asked for it (RFC 9000 §4). */
const STREAM_WINDOW_BYTES = 1024 * 1024
const MAX_STREAM_WINDOW_BYTES = 16 * 1024 * 1024
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024
const MAX_CONNECTION_WINDOW_BYTES = 24 * 1024 * 1024
const SEND_BUFFER_BYTES = 256 * 1024

function engineOptions(
  { quic, limits, metrics }: RoamConfig,
  certificates: readonly SiteCertificate[],
): EngineOptions {
  return {
    certificates,
    congestionControl: quic.congestionControl,
    addressValidation: quic.addressValidation,
    retryThreshold: quic.retryThreshold,
    earlyData: quic.earlyData,
    maxIdleTimeoutMs: quic.maxIdleTimeoutMs,
    handshakeTimeoutMs: limits.handshakeTimeoutMs,
    maxConnections: limits.maxConnections,
    maxConcurrentStreams: limits.maxConcurrentStreams,
    streamWindowBytes: STREAM_WINDOW_BYTES,
    maxStreamWindowBytes: MAX_STREAM_WINDOW_BYTES,
    connectionWindowBytes: CONNECTION_WINDOW_BYTES,
    maxConnectionWindowBytes: MAX_CONNECTION_WINDOW_BYTES,
    maxFieldSectionBytes: limits.maxFieldSectionBytes,
    maxFieldCount: limits.maxFieldCount,
    sendBufferBytes: SEND_BUFFER_BYTES,
    sampleIntervalMs: metrics.updateIntervalMs,
    ...(quic.qlogDir === undefined ? {} : { qlogDir: quic.qlogDir }),
    // Tokens and reset tokens of an earlier process are worthless to this one; a shared secret comes with takeover.
    secret: randomBytes(32),
  }
}
