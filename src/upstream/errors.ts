/** undici's and the system's errors in Roam's words. */
import { errors } from 'undici'
import { type ErrorCode, RoamError } from '../core/errors.ts'
import type { BackendView } from '../core/ports.ts'
import { explainTlsError } from './tls-errors.ts'

/** How far an attempt had come when it failed: it decides whether another attempt is safe. */
export type AttemptPhase = 'connecting' | 'waiting' | 'receiving'

const CONNECT_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EPIPE',
  'UND_ERR_SOCKET',
])
const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])
/** undici refused the request itself: nothing went out and no backend is to blame. */
const REFUSED_REQUESTS = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
])
const SHUT_DOWN = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'])
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_INFO'])

/** What is said of a backend. */
export type FailedBackend = Pick<BackendView, 'id' | 'url' | 'pool' | 'upstream'>

/** Translates what undici reported for one attempt. */
export function translateError(error: unknown, phase: AttemptPhase, backend: FailedBackend): RoamError {
  if (error instanceof RoamError) return error
  const code = codeOf(error)
  const reason = reasonOf(error)
  const make = (roam: ErrorCode, what: string) =>
    new RoamError(roam, `backend ${backend.id} (${backend.url.origin}): ${what}`, { cause: error })

  if (REFUSED_REQUESTS.has(code)) return make('MALFORMED_REQUEST', `request cannot be forwarded: ${reason}`)
  if (SHUT_DOWN.has(code)) return make('DRAINING', 'Roam is shutting down')
  if (phase === 'connecting') {
    const tls = explainTlsError(error, backend)
    if (tls !== undefined) return make('UPSTREAM_TLS', tls)
    if (TIMEOUTS.has(code)) return make('UPSTREAM_CONNECT_TIMEOUT', 'no connection within timeouts.connect')
    if (CONNECT_FAILURES.has(code)) return make('UPSTREAM_REFUSED', `cannot connect (${reason})`)
    return make('UPSTREAM_REFUSED', reason)
  }
  if (phase === 'receiving') return make('UPSTREAM_TRUNCATED', `response ended early (${reason})`)
  if (CONNECTION_LOST.has(code)) return make('UPSTREAM_RESET', `connection lost before an answer (${reason})`)
  return make('UPSTREAM_PROTOCOL', `not a valid HTTP response (${reason})`)
}

/** With several addresses each of them has its own reason. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return 'HTTP_PARSER'
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return ''
}
