/** A decoded file → the configuration that the code reads: defaults that depend on other keys, absolute paths, units in names. */
import { resolve as resolvePath } from 'node:path'
import type { Protocol } from '../core/exchange.ts'
import { resolvePool } from './resolve-pool.ts'
import { resolveRoute } from './resolve-route.ts'
import type { Listener } from './schema/listener.ts'
import type { Root } from './schema/root.ts'
import type { ListenerConfig, RoamConfig } from './types.ts'

/** RFC 7838 §3.1: what Alt-Svc means without `ma`. */
const ALT_SVC_MAX_AGE_MS = 86_400_000

/**
 * @param directory what relative paths in the file are relative to
 * @param authorities PEM text of `tls.ca`, by pool
 */
export function resolveConfig(
  root: Root,
  directory: string,
  authorities: ReadonlyMap<string, string>,
): RoamConfig {
  const { quic, limits, metrics } = root
  return {
    listeners: root.listeners.map((listener) => resolveListener(listener, directory)),
    quic: {
      congestionControl: quic.congestionControl,
      maxIdleTimeoutMs: quic.maxIdleTimeout,
      addressValidation: quic.addressValidation,
      retryThreshold: quic.retryThreshold,
      earlyData: quic.earlyData,
      qlogDir: optionalPath(directory, quic.qlogDir),
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
    pools: Object.entries(root.pools).map(([name, pool]) => resolvePool(name, pool, authorities.get(name))),
    routes: root.routes.map(resolveRoute),
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
    secretFile: optionalPath(directory, root.secretFile),
    admin: root.admin && {
      ...root.admin.address,
      tokenFile: optionalPath(directory, root.admin.tokenFile),
    },
    reloadOnChange: root.reloadOnChange,
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

function optionalPath(directory: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolvePath(directory, path)
}
