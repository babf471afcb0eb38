import type { ErrorCode } from '../core/errors.ts'
import type { BackendErrorStage } from '../core/events.ts'

/** Where an upstream failure struck, for `backend:error`. */
export const STAGES: Partial<Record<ErrorCode, BackendErrorStage>> = {
  UPSTREAM_REFUSED: 'connect',
  UPSTREAM_CONNECT_TIMEOUT: 'connect',
  UPSTREAM_TLS: 'tls',
  UPSTREAM_RESET: 'read',
  UPSTREAM_PROTOCOL: 'read',
  UPSTREAM_TRUNCATED: 'read',
  UPSTREAM_TIMEOUT: 'timeout',
}
