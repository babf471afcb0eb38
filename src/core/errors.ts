/**
 * One error class with five facts, one table. A stage that fails throws or passes a RoamError; the status the client
 * sees and the word for RFC 9209's Proxy-Status fall out of its code here and nowhere else. docs/ERRORS.md explains each.
 */

import type { Fields } from './exchange.ts'

/** Who is to blame. Only `upstream` errors count against a backend. */
export type ErrorSource = 'downstream' | 'upstream' | 'internal'

/**
 * May another attempt be made? `safe`: nothing was sent, always. `if-idempotent`: bytes may have been acted on, so only
 * for idempotent methods whose body was not touched (RFC 9110 §9.2.2). `never`: the answer would be the same.
 */
export type Retry = 'never' | 'safe' | 'if-idempotent'

interface ErrorFacts {
  readonly status: number
  readonly source: ErrorSource
  readonly retry: Retry
  /** Proxy-Status error type (RFC 9209 §2.3), or undefined where no response can carry one. */
  readonly proxyStatus?: string
}

export const ERRORS = {
  MALFORMED_REQUEST: { status: 400, source: 'downstream', retry: 'never', proxyStatus: 'http_request_error' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    source: 'downstream',
    retry: 'never',
    proxyStatus: 'http_request_denied',
  },
  REQUEST_TIMEOUT: { status: 408, source: 'downstream', retry: 'never', proxyStatus: 'http_request_error' },
  BODY_TOO_LARGE: { status: 413, source: 'downstream', retry: 'never', proxyStatus: 'http_request_denied' },
  URI_TOO_LONG: { status: 414, source: 'downstream', retry: 'never', proxyStatus: 'http_request_error' },
  EXPECTATION_FAILED: {
    status: 417,
    source: 'downstream',
    retry: 'never',
    proxyStatus: 'http_request_denied',
  },
  TOO_EARLY: { status: 425, source: 'downstream', retry: 'never', proxyStatus: 'http_request_denied' },
  FIELDS_TOO_LARGE: { status: 431, source: 'downstream', retry: 'never', proxyStatus: 'http_request_error' },
  CLIENT_GONE: { status: 499, source: 'downstream', retry: 'never' },
  NO_ROUTE: { status: 404, source: 'internal', retry: 'never', proxyStatus: 'destination_not_found' },
  NO_BACKEND: { status: 503, source: 'internal', retry: 'never', proxyStatus: 'destination_unavailable' },
  QUEUE_FULL: { status: 503, source: 'internal', retry: 'never', proxyStatus: 'connection_limit_reached' },
  QUEUE_TIMEOUT: { status: 503, source: 'internal', retry: 'never', proxyStatus: 'connection_limit_reached' },
  TOTAL_TIMEOUT: { status: 504, source: 'internal', retry: 'never', proxyStatus: 'http_response_timeout' },
  DRAINING: { status: 503, source: 'internal', retry: 'never', proxyStatus: 'proxy_internal_response' },
  INTERNAL: { status: 500, source: 'internal', retry: 'never', proxyStatus: 'proxy_internal_error' },
  UPSTREAM_REFUSED: { status: 502, source: 'upstream', retry: 'safe', proxyStatus: 'connection_refused' },
  UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    source: 'upstream',
    retry: 'safe',
    proxyStatus: 'connection_timeout',
  },
  UPSTREAM_TLS: { status: 502, source: 'upstream', retry: 'safe', proxyStatus: 'tls_protocol_error' },
  UPSTREAM_RESET: {
    status: 502,
    source: 'upstream',
    retry: 'if-idempotent',
    proxyStatus: 'connection_terminated',
  },
  UPSTREAM_PROTOCOL: { status: 502, source: 'upstream', retry: 'never', proxyStatus: 'http_protocol_error' },
  UPSTREAM_TIMEOUT: { status: 504, source: 'upstream', retry: 'never', proxyStatus: 'http_response_timeout' },
  UPSTREAM_TRUNCATED: {
    status: 502,
    source: 'upstream',
    retry: 'never',
    proxyStatus: 'http_response_incomplete',
  },
} as const satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof ERRORS

export class RoamError extends Error {
  override readonly name = 'RoamError'
  readonly code: ErrorCode
  /** Facts for the log, never for the client: backend id, limit, field name. */
  readonly context: Readonly<Record<string, string | number>>
  /** What the client's answer must say besides, such as Allow; lower-case names. */
  readonly fields: Fields

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; context?: Record<string, string | number>; fields?: Fields } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.context = options.context ?? {}
    this.fields = options.fields ?? []
  }

  get facts(): ErrorFacts {
    return ERRORS[this.code]
  }
}
