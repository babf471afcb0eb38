/** The interface of every stage that another stage calls. Stages import this file, never each other; src/app/ joins them. */
import type { RoamError } from './errors.ts'
import type { EngineCounters } from './transport.ts'
import type { AdminState, BreakerState, HealthResult, ReloadTrigger, RouteClass } from './events.ts'
import type {
  Downstream,
  DownstreamConnection,
  Fields,
  Protocol,
  RawHead,
  RequestBody,
  RequestHead,
} from './exchange.ts'

/** request/proxy.ts as listeners see it. Never throws; every call ends in exactly one `request:end`. */
export interface RequestHandler {
  /** `head` is an error where the listener could not even take the head apart. */
  handle(downstream: Downstream, head: RawHead | RoamError): void
  /** A request that died in the protocol's parser: counted here, answered by the listener with the id it gets back. */
  refused(connection: DownstreamConnection, error: RoamError): string
}

/** Believes a head or throws a RoamError (http/validate.ts). */
export type Admit = (head: RawHead) => RequestHead

export interface RouteTimeouts {
  /** Milliseconds from the request's last forwarded byte to the backend's head; of one try. */
  readonly firstByteMs: number
  /** Milliseconds without a byte in either direction of a body. */
  readonly idleMs: number
  /** Milliseconds for the whole request, waiting and retries included; undefined: no limit. */
  readonly totalMs: number | undefined
}

/** Changes to a head, in this order; names in lower case. */
export interface HeaderRules {
  readonly remove: readonly string[]
  /** Replaces. */
  readonly set: Fields
  readonly add: Fields
}

export interface Route {
  readonly pool: Pool
  readonly timeouts: RouteTimeouts
  readonly maxBodyBytes: number | undefined
  /** Undefined: as the path says (ClassifyRoute). */
  readonly routeClass: RouteClass | undefined
  readonly requestHeaders: HeaderRules
  readonly responseHeaders: HeaderRules
}

/**
 * What one configuration makes of a request. A reload puts another one in its place, whole; a request keeps the one that
 * it began under.
 */
export interface Site {
  readonly admit: Admit
  readonly local: LocalResponder
  readonly route: Router
  readonly classify: ClassifyRoute
  /** The head as the backend shall see it: hop-by-hop fields replaced, forwarded fields set; `host` is the first. */
  readonly forward: (head: RequestHead, connection: DownstreamConnection, requestId: string) => Fields
  /** The id that a trusted proxy in front gave the request. */
  readonly inheritedId: (head: RequestHead, connection: DownstreamConnection) => string | undefined
  readonly limits: {
    /** No byte of a request body for this long: 408. */
    readonly bodyIdleTimeoutMs: number
    /** A client that takes nothing of its response for this long is cut off. */
    readonly writeStallTimeoutMs: number
  }
}

/** What a request asks of a pool. */
export interface Wish {
  readonly head: RequestHead
  readonly connection: DownstreamConnection
  /** Ids of the backends that failed this request already. */
  readonly tried: ReadonlySet<string> | undefined
}

/** A place in a pool's queue. */
export interface Wait {
  /** The client left: nothing is settled any more. */
  cancel(): void
}

/** router/router.ts. Undefined: no route matches. */
export type Router = (head: RequestHead) => Route | undefined

export type ClassifyRoute = (head: RequestHead) => RouteClass

/** One attempt's claim on a backend, held until `release`. */
export interface Lease {
  readonly backend: BackendView
  /** What the client must be told so that it comes back to this backend: an affinity cookie, or nothing. */
  readonly responseFields: Fields
  /** The head of a final answer came; what its status says of the backend is the balancer's to judge. */
  answered(status: number): void
  /** The backend failed, before or after its answer began: counts in its breaker. */
  failed(error: RoamError): void
  /** The attempt is over. Without a verdict before it nobody is blamed (the client left). */
  release(): void
}

/** What others may know of a backend. */
export interface BackendView {
  readonly id: string
  readonly url: URL
  readonly pool: string
  /** What the balancer works with now: the configured or chosen weight, less during slow start. */
  readonly weight: number
  readonly backup: boolean
  readonly maxRequests: number
  readonly inFlight: number
  /** By the active checks. */
  readonly healthy: boolean
  /** By the outlier detection. */
  readonly ejected: boolean
  readonly adminState: AdminState
  readonly breakerState: BreakerState
  /** A request could be sent to it now. */
  readonly available: boolean
  /** How to reach it. Another object means: connect anew, let the old connections finish. */
  readonly upstream: UpstreamSettings
}

/** How connections to a backend are made. */
export interface UpstreamSettings {
  readonly connectTimeoutMs: number
  /** The balancer never has more requests than this in flight. */
  readonly maxConnections: number
  /** PEM text of the authorities to believe; undefined: the system's. For https: */
  readonly ca: string | undefined
  /** The name in the certificate; undefined: the URL's host. */
  readonly serverName: string | undefined
  readonly dnsRefreshMs: number
}

export interface Pool {
  readonly name: string
  readonly policy: string
  readonly backends: readonly BackendView[]
  readonly retries: { readonly attempts: number; readonly budget: RetryBudget }
  /** Host field towards its backends: the client's, the backend's own, or this name. */
  readonly hostHeader: 'preserve' | 'backend' | { readonly name: string }
  /** A request's fields without Roam's own affinity cookie, which is none of the backends' business. */
  withoutOwnCookie(fields: Fields): Fields
  readonly queue: { readonly depth: number; readonly limit: number }
  /** Every backend is down and all are tried. */
  readonly panicking: boolean
  /**
   * Claims a backend. `settle` is called exactly once: before this returns, or later where the request has to wait, which
   * is when a Wait is returned. Errors: NO_BACKEND, QUEUE_FULL, QUEUE_TIMEOUT.
   */
  acquire(wish: Wish, settle: (outcome: Lease | RoamError) => void): Wait | undefined
  /** Seconds until it is worth trying again, for Retry-After. */
  retryAfterSeconds(): number
}

/** Limits retries to a share of the requests, so that a failing pool is not hit twice as hard. */
export interface RetryBudget {
  /** Counts one first attempt. */
  deposit(): void
  /** True, and spent, if a retry is allowed now. */
  withdraw(): boolean
}

/** breaker/breaker.ts: one per backend. */
export interface Breaker {
  readonly state: BreakerState
  /** Would `enter` be answered? */
  readonly allows: boolean
  /** Nobody else is left: may its trial come early? True: it is half open from now on. */
  hurry(): boolean
  enter(): BreakerPermit
  close(): void
}

/** The outcome of one call through a breaker; only the first verdict counts. */
export interface BreakerPermit {
  succeeded(): void
  failed(): void
  abandoned(): void
}

/** A request as it goes to a backend. */
export interface UpstreamRequest {
  readonly method: string
  /** Origin-form. */
  readonly target: string
  readonly fields: Fields
  readonly body: RequestBody | undefined
  readonly contentLength: number | undefined
}

/** One attempt's answer: onInform*, onHead, onData*, onEnd; onError may come at any time instead, and is the last. */
export interface UpstreamHandler {
  onInform(status: number, fields: Fields): void
  onHead(status: number, fields: Fields): void
  /** False: no more until `resume`. The chunk is the handler's to keep. */
  onData(chunk: Buffer): boolean
  onEnd(trailers: Fields): void
  onError(error: RoamError): void
}

export interface UpstreamAttempt {
  /** After an `onData` that answered false. */
  resume(): void
  /** Gives up: the backend's socket is closed, no handler call follows. */
  cancel(): void
}

export interface BackendConnections {
  readonly active: number
  readonly idle: number
  readonly pending: number
}

/** upstream/: towards backends. */
export interface Upstream {
  send(backend: BackendView, request: UpstreamRequest, handler: UpstreamHandler): UpstreamAttempt
  connections(backend: BackendView): BackendConnections
  /** The backend is gone from the configuration: its connections close when what runs on them has finished. */
  forget(backend: BackendView): void
  close(): Promise<void>
}

export interface HealthCheck {
  readonly path: string
  readonly timeoutMs: number
  readonly expectStatus: readonly number[]
  /** Text that the answer must hold, and text that it must not. */
  readonly expectBody: string | undefined
  readonly rejectBody: string | undefined
  /** Host field of the probe; the backend's own where undefined. */
  readonly host: string | undefined
}

/** One active health probe. Never rejects. */
export type Probe = (
  backend: BackendView,
  check: HealthCheck,
) => Promise<{ readonly result: HealthResult; readonly why: string; readonly seconds: number }>

/** What telemetry asks for at scrape time (gauges in collect()). */
export interface Inspector {
  backends(): readonly BackendView[]
  pools(): readonly Pool[]
  backendConnections(backend: BackendView): BackendConnections
  requestsInFlight(): Readonly<Record<'http/1.1' | 'h2' | 'h3', number>>
  /** Those of them that began more than so many milliseconds ago. */
  requestsOlderThan(ms: number): Readonly<Record<'http/1.1' | 'h2' | 'h3', number>>
  activeConnections(): Readonly<Record<'http/1.1' | 'h2' | 'h3', number>>
  /** Names of the configured policies. */
  policies(): readonly string[]
  /** Undefined where no QUIC listener runs. */
  engineCounters(): EngineCounters | undefined
  certificates(): readonly { readonly commonName: string; readonly notAfter: Date }[]
  /** Since the start. */
  logLinesDropped(): number
}

/** Something Roam answers itself, such as /metrics. */
export interface LocalAnswer {
  readonly status: number
  readonly fields: Fields
  readonly body: Buffer
}

/** Undefined: not a local path for this client, go on to the routes. May throw a RoamError. */
export type LocalResponder = (head: RequestHead, downstream: Downstream) => Promise<LocalAnswer> | undefined

/** One client's connection, as an operator may see it. */
export interface ConnectionView {
  /** Unlike that of any other connection since the start. */
  readonly id: string
  readonly protocol: Protocol
  /** Where the client is now. */
  readonly remoteAddress: string
  readonly remotePort: number
  /** The port that it came to. */
  readonly localPort: number
  readonly ageSeconds: number
  /** Begun on it so far. */
  readonly requests: number
  readonly migrations: number
  /** Where its last request went; undefined where none went anywhere yet. */
  readonly backendId: string | undefined
  /** By the engine's last sample; undefined before it, and for TCP. */
  readonly path:
    | {
        readonly rttSeconds: number
        readonly congestionWindowBytes: number
        /** Since the connection began. */
        readonly packetsSent: number
        readonly packetsLost: number
      }
    | undefined
}

export interface CertificateView {
  readonly commonName: string
  readonly names: readonly string[]
  readonly notAfter: Date
  /** Absolute path of the certificate. */
  readonly file: string
}

/** `changes`: one short sentence each, none where the files say what is in force already. */
export type ReloadOutcome =
  | { readonly ok: true; readonly changes: readonly string[] }
  /** `why`: what is wrong and what to do; the old configuration stays in force. */
  | { readonly ok: false; readonly why: string }

/** What an operator may see and change while Roam runs (src/app/control.ts); the admin server is made of it. */
export interface Control {
  /** The configuration in force as plain JSON values; header values that look like secrets are masked. */
  config(): unknown
  pools(): readonly Pool[]
  backends(): readonly BackendView[]
  certificates(): readonly CertificateView[]
  /** `total` counts all; the list begins after `offset` of them, oldest first, and has at most `limit`. */
  connections(page: { readonly offset: number; readonly limit: number }): {
    readonly total: number
    readonly connections: readonly ConnectionView[]
  }
  /**
   * Until the next start; a reload does not undo it. Weight null: the configured one again. Undefined: no such backend.
   */
  setBackend(
    id: string,
    change: { readonly state?: AdminState; readonly weight?: number | null },
  ): BackendView | undefined
  /** Reads the configuration and the certificates again. Reloads come one after the other. */
  reload(trigger: ReloadTrigger): Promise<ReloadOutcome>
}
