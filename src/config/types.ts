/**
 * The configuration after decoding, defaults and validation: frozen, every duration in milliseconds, every size in
 * bytes, every ratio 0–1. config/schema.ts describes how an operator writes it.
 */
import type { Protocol } from '../core/exchange.ts'

export interface CertificateFiles {
  /** Absolute paths. */
  readonly cert: string
  readonly key: string
}

export interface ListenerConfig {
  /** '' = every address of both families (written ":9443"). */
  readonly host: string
  readonly port: number
  readonly protocols: readonly Protocol[]
  /** Empty: plain HTTP/1.1. */
  readonly certificates: readonly CertificateFiles[]
  readonly altSvc: { readonly maxAgeSeconds: number; readonly advertisedPort: number | undefined } | undefined
  readonly redirectToHttps: boolean
}

export interface QuicConfig {
  readonly congestionControl: 'cubic' | 'reno' | 'bbr'
  readonly maxIdleTimeoutMs: number
  readonly addressValidation: 'auto' | 'always' | 'off'
  readonly retryThreshold: number
  readonly earlyData: boolean
  /** Absolute path; undefined: no qlog. */
  readonly qlogDir: string | undefined
}

/** One place for every limit on clients (docs/CONFIG.md, hardening). */
export interface LimitsConfig {
  readonly maxConnections: number
  readonly maxConcurrentStreams: number
  readonly maxUriBytes: number
  readonly maxFieldSectionBytes: number
  readonly maxFieldCount: number
  readonly handshakeTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly idleTimeoutMs: number
  /** No byte of a request body for this long: 408. */
  readonly bodyIdleTimeoutMs: number
  /** A client that reads nothing of its response for this long is cut off. */
  readonly writeStallTimeoutMs: number
}

export interface BackendConfig {
  readonly id: string
  readonly url: URL
  readonly weight: number
  readonly maxRequests: number
}

export interface PoolConfig {
  readonly name: string
  readonly policy: 'round-robin' | 'least-requests'
  readonly backends: readonly BackendConfig[]
  readonly health:
    | {
        readonly path: string
        readonly intervalMs: number
        readonly timeoutMs: number
        readonly unhealthyAfter: number
        readonly healthyAfter: number
        readonly expectStatus: readonly number[]
        readonly host: string | undefined
      }
    | undefined
  readonly breaker: {
    readonly errorThreshold: number
    readonly windowMs: number
    readonly minimumRequests: number
    readonly resetAfterMs: number
  }
  readonly retries: { readonly attempts: number; readonly budget: number }
  readonly timeouts: { readonly connectMs: number; readonly firstByteMs: number; readonly idleMs: number }
}

export interface RouteConfig {
  /** '*' or a host name, lower case; '*.example.org' matches sub-domains. */
  readonly host: string
  /** Path prefix, on segment borders. */
  readonly path: string
  readonly pool: string
  readonly maxBodyBytes: number | undefined
}

export interface RoamConfig {
  readonly listeners: readonly ListenerConfig[]
  readonly quic: QuicConfig
  readonly limits: LimitsConfig
  readonly pools: readonly PoolConfig[]
  readonly routes: readonly RouteConfig[]
  readonly trustedProxies: readonly string[]
  readonly metrics: {
    readonly path: string
    readonly healthPath: string
    readonly readyPath: string
    /** CIDR ranges; 'loopback' and 'private' are already expanded. */
    readonly allow: readonly string[]
    readonly updateIntervalMs: number
  }
  /** Name → CIDR ranges; the label `network`. */
  readonly networks: ReadonlyMap<string, readonly string[]>
  readonly drainTimeoutMs: number
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    readonly format: 'json' | 'text'
    readonly access: boolean
  }
}
