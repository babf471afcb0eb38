/**
 * The configuration after decoding, defaults and validation: frozen, every duration in milliseconds, every size in
 * bytes, every ratio 0–1. config/schema.ts describes how an operator writes it.
 */
import type { RouteClass } from '../core/events.ts'
import type { HeaderRules, RouteTimeouts } from '../core/ports.ts'
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
  /** http: or https: */
  readonly url: URL
  readonly weight: number
  /** Requests in hand at once; the surplus waits in the pool's queue. */
  readonly maxRequests: number
  /** Gets requests only while no other backend of the pool is up. */
  readonly backup: boolean
}

export const POLICIES = [
  'round-robin',
  'weighted-random',
  'least-requests',
  'random-two',
  'hash',
  'peak-ewma',
] as const
export type PolicyName = (typeof POLICIES)[number]

/** Where the key of a hash comes from; written `cookie:NAME`, `header:NAME`, `query:NAME`, `address` or `uri`. */
export type KeySource =
  | { readonly from: 'cookie' | 'header' | 'query'; readonly name: string }
  /** The client's address (it changes when the client moves), or the request target without its query. */
  | { readonly from: 'address' | 'uri' }

export type AffinityConfig =
  /** Roam's own signed cookie. `keys`: what pins a client that has none, such as an app's token. */
  | {
      readonly by: 'cookie'
      readonly cookie: string
      /** Undefined: a session cookie. */
      readonly maxAgeSeconds: number | undefined
      readonly keys: readonly KeySource[]
    }
  /** A hash of the first key that the request has. */
  | { readonly by: 'hash'; readonly keys: readonly KeySource[] }

/** Ejection of a backend for what its answers look like; see Envoy's outlier detection. */
export interface OutlierConfig {
  /** Answers of 5xx in a row; undefined: not looked at. */
  readonly consecutive5xx: number | undefined
  /** 502, 503, 504, failed connections and broken answers in a row; undefined: not looked at. */
  readonly consecutiveGatewayErrors: number | undefined
  /** A success rate this many standard deviations below the pool's mean; undefined: not looked at. */
  readonly successRateDeviations: number | undefined
  /** Requests of a backend in an interval below which its success rate says nothing. */
  readonly successRateMinimumRequests: number
  readonly intervalMs: number
  /** First ejection; each further one lasts that much longer. */
  readonly baseEjectionMs: number
  readonly maxEjectionMs: number
  /** 0–1: share of the pool's backends that may be ejected at once; one always may. */
  readonly maxEjected: number
}

export interface PoolConfig {
  readonly name: string
  readonly policy: PolicyName
  /** Of the policy `hash`; the first that a request has counts. */
  readonly hashKeys: readonly KeySource[]
  readonly backends: readonly BackendConfig[]
  readonly health:
    | {
        readonly path: string
        readonly intervalMs: number
        readonly timeoutMs: number
        readonly unhealthyAfter: number
        readonly healthyAfter: number
        readonly expectStatus: readonly number[]
        /** The answer must hold this text; undefined: any answer. */
        readonly expectBody: string | undefined
        /** The answer must not hold this text. */
        readonly rejectBody: string | undefined
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
  readonly timeouts: RouteTimeouts & { readonly connectMs: number }
  readonly affinity: AffinityConfig | undefined
  readonly queue: { readonly size: number; readonly timeoutMs: number }
  /** A backend that comes back reaches its full weight after this long; 0: at once. */
  readonly slowStartMs: number
  /** With every backend down all of them are tried. */
  readonly panic: boolean
  readonly outliers: OutlierConfig | undefined
  /** Host field towards the backends: the client's, the backend's own, or this name. */
  readonly hostHeader: 'preserve' | 'backend' | { readonly name: string }
  /** For https: backends. */
  readonly tls: {
    /** PEM text of the authorities to believe instead of the system's. */
    readonly ca: string | undefined
    /** The name in the certificate; undefined: the URL's host. */
    readonly serverName: string | undefined
  }
  /** How often a backend's name is looked up again. */
  readonly dnsRefreshMs: number
}

export interface RouteConfig {
  /** '*' or a host name, lower case; '*.example.org' matches sub-domains. */
  readonly host: string
  readonly path: string
  /** prefix: on segment borders. */
  readonly match: 'prefix' | 'exact'
  /** Undefined: every method. */
  readonly methods: readonly string[] | undefined
  readonly pool: string
  readonly maxBodyBytes: number | undefined
  /** Instead of the pool's. */
  readonly timeouts: Partial<RouteTimeouts>
  /** Instead of what the path says; for metrics. */
  readonly routeClass: RouteClass | undefined
  readonly requestHeaders: HeaderRules
  readonly responseHeaders: HeaderRules
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
  /** Absolute path of 32 random bytes or more that restarts share (cookies, QUIC tokens, TLS tickets); undefined: drawn at each start. */
  readonly secretFile: string | undefined
  /** Undefined: no admin server. */
  readonly admin:
    | {
        readonly host: string
        readonly port: number
        /** Absolute path; undefined: nothing can be changed over HTTP. */
        readonly tokenFile: string | undefined
      }
    | undefined
  /** Reload when this file or a certificate changes. */
  readonly reloadOnChange: boolean
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    readonly format: 'json' | 'text'
    readonly access: boolean
  }
}
