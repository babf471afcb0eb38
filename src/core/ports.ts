/** The interface of every stage that another stage calls. Stages import this file, never each other; app.ts joins them. */
import type { RoamError } from './errors.ts'
import type { EngineCounters } from './transport.ts'
import type { BreakerState, HealthResult, RouteClass } from './events.ts'
import type {
  Downstream,
  DownstreamConnection,
  Fields,
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
  /** Milliseconds from the request's last forwarded byte to the backend's head. */
  readonly firstByteMs: number
  /** Milliseconds without a byte in either direction of a body. */
  readonly idleMs: number
}

export interface Route {
  readonly pool: Pool
  readonly timeouts: RouteTimeouts
  readonly maxBodyBytes: number | undefined
}

/** router/router.ts. Undefined: no route matches. */
export type Router = (head: RequestHead) => Route | undefined

export type ClassifyRoute = (head: RequestHead) => RouteClass

/** One attempt's claim on a backend, held until `release`. */
export interface Lease {
  readonly backend: BackendView
  /** The backend answered, whatever the answer was worth to the client. */
  answered(): void
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
  readonly weight: number
  readonly inFlight: number
  readonly healthy: boolean
  readonly breakerState: BreakerState
  /** A request could be sent to it now. */
  readonly available: boolean
}

export interface Pool {
  readonly name: string
  readonly policy: string
  readonly backends: readonly BackendView[]
  readonly retries: { readonly attempts: number; readonly budget: RetryBudget }
  /** Claims an available backend that was not `tried`; undefined when there is none. */
  acquire(tried: ReadonlySet<string> | undefined): Lease | undefined
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
  close(): Promise<void>
}

export interface HealthCheck {
  readonly path: string
  readonly timeoutMs: number
  readonly expectStatus: readonly number[]
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
