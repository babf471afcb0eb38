/**
 * What stages publish. Telemetry listens; nobody waits for it. One emitter per app, injected, so that tests share
 * nothing. Durations are seconds, sizes bytes.
 */
import { EventEmitter } from 'node:events'
import type { ErrorCode } from './errors.ts'
import type { Protocol } from './exchange.ts'

export const ROUTE_CLASSES = [
  'page',
  'ajax',
  'file',
  'static',
  'upload',
  'webservice',
  'quiz',
  'other',
] as const
/** What kind of page a request is for; the mapping is in router/route-class.ts. */
export type RouteClass = (typeof ROUTE_CLASSES)[number]

/** Everything that is known of a request when it has ended. Published exactly once per request. */
export interface RequestRecord {
  readonly id: string
  readonly protocol: Protocol
  readonly method: string
  /** '' where no target could be read. Without the query: it may hold tokens. */
  readonly path: string
  readonly host: string
  readonly status: number
  readonly routeClass: RouteClass
  /** 'none' where no backend was chosen. */
  readonly backendId: string
  readonly attempts: number
  /** First request byte to last response byte. */
  readonly durationSeconds: number
  /** Until the first response byte was handed to the client's transport; undefined where none was. */
  readonly timeToFirstByteSeconds: number | undefined
  /** The part of it that no attempt at a backend waited: Roam's own. Undefined where no backend was asked. */
  readonly overheadSeconds: number | undefined
  /** Waited for a backend to have room. */
  readonly queueSeconds: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Why it failed, undefined where it did not. */
  readonly error: ErrorCode | undefined
  /** One sentence for the log. */
  readonly errorMessage: string | undefined
  readonly remoteAddress: string
  /** Arrived as 0-RTT data. */
  readonly early: boolean
  /** About Roam itself (metrics, health): no request of the site's. */
  readonly local: boolean
}

export type CloseReason =
  | 'no_error'
  | 'idle_timeout'
  | 'handshake_timeout'
  | 'protocol_error'
  | 'application_error'
  | 'reset'
  | 'drain'
  | 'other'
export type HandshakeFailure = 'timeout' | 'tls_alert' | 'no_shared_alpn' | 'transport_error' | 'other'
export type BackendErrorStage = 'connect' | 'tls' | 'write' | 'read' | 'timeout'
/** What an operator decided: `draining` keeps its pinned clients and gets no others, `disabled` gets nobody. */
export const ADMIN_STATES = ['enabled', 'draining', 'disabled'] as const
export type AdminState = (typeof ADMIN_STATES)[number]
export const AFFINITY_RESULTS = ['hit', 'new', 'moved', 'invalid'] as const
/**
 * hit: the client's own backend. new: it had none. moved: its backend cannot take it. invalid: its cookie is not ours.
 */
export type AffinityResult = (typeof AFFINITY_RESULTS)[number]
export const QUEUE_OUTCOMES = ['served', 'timeout', 'full', 'abandoned', 'unavailable'] as const
/** How waiting ended. full: it did not begin. unavailable: every backend went down meanwhile. */
export type QueueOutcome = (typeof QUEUE_OUTCOMES)[number]
export const EJECTION_REASONS = ['consecutive_5xx', 'consecutive_gateway_errors', 'success_rate'] as const
export type EjectionReason = (typeof EJECTION_REASONS)[number]
export type ReloadTrigger = 'signal' | 'file' | 'admin'
export type BreakerState = 'closed' | 'open' | 'half_open'
export type HealthResult = 'success' | 'failure' | 'timeout'

/** A QUIC connection's counts since its last sample, and its levels now; see listener/quic/contract.ts. */
export type { Sample } from './transport.ts'
import type { PathEvent, Sample } from './transport.ts'

export interface RoamEvents {
  'request:start': [{ protocol: Protocol }]
  'request:end': [RequestRecord]
  /** A defect of ours answered with 500; the log has its stack, the client does not. */
  'request:defect': [{ id: string; error: unknown }]
  'connection:open': [{ protocol: Protocol; handshakeSeconds: number | undefined; resumed: boolean }]
  'connection:close': [
    { protocol: Protocol; reason: CloseReason; initiator: 'local' | 'peer'; durationSeconds: number },
  ]
  'connection:rejected': [
    { reason: 'connection_limit' | 'rate_limit' | 'invalid_token' | 'draining' | 'other' },
  ]
  'handshake:failed': [{ reason: HandshakeFailure }]
  /** QUIC only. `remoteAddress` is for the label `network` and for the log. */
  'transport:sample': [{ connection: number; remoteAddress: string; sample: Sample }]
  'transport:path': [{ connection: number; remoteAddress: string; event: PathEvent }]
  'backend:selected': [{ backendId: string; policy: string }]
  /** The backend's first byte of a final response. */
  'backend:response': [{ backendId: string; seconds: number }]
  'backend:error': [{ backendId: string; stage: BackendErrorStage }]
  'backend:retry': [{ backendId: string }]
  'backend:health-check': [{ backendId: string; result: HealthResult; seconds: number }]
  'backend:state': [{ backendId: string; state: 'healthy' | 'unhealthy'; why: string }]
  'backend:ejected': [{ backendId: string; reason: EjectionReason; seconds: number }]
  'backend:returned': [{ backendId: string }]
  /** An operator's word, by way of the admin server. */
  'backend:admin': [{ backendId: string; state: AdminState; weight: number }]
  /** The addresses behind a backend's name have changed. */
  'backend:resolved': [{ backendId: string; addresses: readonly string[] }]
  /** `migrated`: the first request since the client's connection moved to another address. */
  'affinity:result': [{ pool: string; result: AffinityResult; migrated: boolean }]
  /** `position`: how many wait, the new one included; its place in the line. */
  'queue:enter': [{ pool: string; position: number }]
  'queue:leave': [{ pool: string; outcome: QueueOutcome; seconds: number }]
  'pool:panic': [{ pool: string; on: boolean }]
  /** `why`: what was wrong, undefined where it went well. `changes`: what is different, one short sentence each. */
  'config:reload': [
    {
      trigger: ReloadTrigger
      result: 'success' | 'failure'
      why: string | undefined
      changes?: readonly string[]
    },
  ]
  /** Listeners use other certificates from now on. */
  'certificates:replaced': [{ commonNames: readonly string[] }]
  /** old: handed the sockets over. new: received them. */
  'takeover:done': [{ role: 'old' | 'new'; generation: number }]
  'admin:auth': [{ result: 'accepted' | 'missing' | 'wrong' | 'disabled' }]
  'breaker:failure': [{ backendId: string }]
  'breaker:state': [{ backendId: string; state: BreakerState }]
}

export type Events = EventEmitter<RoamEvents>

export function createEvents(): Events {
  return new EventEmitter<RoamEvents>()
}
