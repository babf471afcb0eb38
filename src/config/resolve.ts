/** A decoded file → the configuration that the code reads: defaults that depend on other keys, absolute paths, units in names. */
import { resolve as resolvePath } from 'node:path'
import type { Protocol } from '../core/exchange.ts'
import type { Listener } from './schema/listener.ts'
import type { Pool } from './schema/pool.ts'
import type { Root } from './schema/root.ts'
import type { ListenerConfig, PoolConfig, RoamConfig } from './types.ts'

/** RFC 7838 §3.1: what Alt-Svc means without `ma`. */
const ALT_SVC_MAX_AGE_MS = 86_400_000

/** `directory`: what relative paths in the file are relative to. */
export function resolveConfig(root: Root, directory: string): RoamConfig {
  const { quic, limits, metrics } = root
  return {
    listeners: root.listeners.map((listener) => resolveListener(listener, directory)),
    quic: {
      congestionControl: quic.congestionControl,
      maxIdleTimeoutMs: quic.maxIdleTimeout,
      addressValidation: quic.addressValidation,
      retryThreshold: quic.retryThreshold,
      earlyData: quic.earlyData,
      qlogDir: quic.qlogDir === undefined ? undefined : resolvePath(directory, quic.qlogDir),
    },
    limits: {
      maxConnections: limits.maxConnections,
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxUriBytes: limits.maxUri,
      maxFieldSectionBytes: limits.maxFieldSection,
      maxFieldCount: limits.maxFields,
      handshakeTimeoutMs: limits.handshakeTimeout,
      headersTimeoutMs: limits.headersTimeout,
      idleTimeoutMs: limits.idleTimeout,
      bodyIdleTimeoutMs: limits.bodyIdleTimeout,
      writeStallTimeoutMs: limits.writeStallTimeout,
    },
    pools: Object.entries(root.pools).map(([name, pool]) => resolvePool(name, pool)),
    routes: root.routes.map(({ host, path, pool, maxBody }) => ({
      host,
      path,
      match: 'prefix',
      methods: undefined,
      pool,
      maxBodyBytes: maxBody,
      timeouts: {},
      routeClass: undefined,
      requestHeaders: { remove: [], set: [], add: [] },
      responseHeaders: { remove: [], set: [], add: [] },
    })),
    trustedProxies: root.trustedProxies,
    metrics: {
      path: metrics.path,
      healthPath: metrics.healthPath,
      readyPath: metrics.readyPath,
      allow: metrics.allow,
      updateIntervalMs: metrics.updateInterval,
    },
    networks: new Map(Object.entries(root.networks)),
    drainTimeoutMs: root.drainTimeout,
    secretFile: undefined,
    admin: undefined,
    reloadOnChange: false,
    log: root.log,
  }
}

/** The protocols of a listener: all where it has certificates, else the one that needs none. */
export function protocolsOf({ protocols, certificates }: Listener): readonly Protocol[] {
  return protocols ?? (certificates.length > 0 ? ['h3', 'h2', 'http/1.1'] : ['http/1.1'])
}

/** One listener with its defaults and absolute paths. */
export function resolveListener(listener: Listener, directory: string): ListenerConfig {
  return {
    host: listener.address.host,
    port: listener.address.port,
    protocols: protocolsOf(listener),
    certificates: listener.certificates.map(({ cert, key }) => ({
      cert: resolvePath(directory, cert),
      key: resolvePath(directory, key),
    })),
    altSvc: resolveAltSvc(listener),
    redirectToHttps: listener.redirectToHttps,
  }
}

function resolveAltSvc(listener: Listener): ListenerConfig['altSvc'] {
  const { altSvc } = listener
  if (altSvc === 'off' || altSvc === false) return undefined
  if (altSvc === undefined && !protocolsOf(listener).includes('h3')) return undefined
  return {
    maxAgeSeconds: Math.floor((altSvc?.maxAge ?? ALT_SVC_MAX_AGE_MS) / 1000),
    advertisedPort: altSvc?.advertisedPort,
  }
}

function resolvePool(name: string, pool: Pool): PoolConfig {
  const { health, breaker, timeouts } = pool
  return {
    name,
    policy: pool.policy,
    hashKeys: [],
    backends: pool.backends.map((backend) => ({ ...backend, backup: false })),
    health: health && {
      path: health.path,
      intervalMs: health.interval,
      timeoutMs: health.timeout,
      unhealthyAfter: health.unhealthyAfter,
      healthyAfter: health.healthyAfter,
      expectStatus: health.expectStatus,
      expectBody: undefined,
      rejectBody: undefined,
      host: health.host,
    },
    breaker: {
      errorThreshold: breaker.errorThreshold,
      windowMs: breaker.window,
      minimumRequests: breaker.minimumRequests,
      resetAfterMs: breaker.resetAfter,
    },
    retries: pool.retries,
    timeouts: {
      connectMs: timeouts.connect,
      firstByteMs: timeouts.firstByte,
      idleMs: timeouts.idle,
      totalMs: undefined,
    },
    affinity: undefined,
    queue: { size: 1000, timeoutMs: 30_000 },
    slowStartMs: 0,
    panic: true,
    outliers: undefined,
    hostHeader: 'preserve',
    tls: { ca: undefined, serverName: undefined },
    dnsRefreshMs: 30_000,
  }
}
