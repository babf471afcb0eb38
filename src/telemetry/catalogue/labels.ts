/** The closed sets of label values. Input that is not in a set folds to `other` or `_OTHER`; it never makes a series. */
import { STATUS_CODES } from 'node:http'
import type { ConfigLabel } from './spec.ts'

/** OpenTelemetry's rule for `http.request.method`: the nine methods of RFC 9110 and RFC 5789, and one for the rest. */
export const METHODS = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
  '_OTHER',
] as const
export type Method = (typeof METHODS)[number]

/** IANA's status codes, 499 (the client left; it is no failure of the site) and `other`. */
export const STATUSES: readonly string[] = [...Object.keys(STATUS_CODES), '499', 'other']

/** A backend of the configuration. Never its URL: that may change while the backend stays the same. */
export const BACKEND: ConfigLabel = { domain: 'backend', values: 'ids of the configured backends' }

/** As BACKEND, for what may end before a backend was chosen. */
export const BACKEND_OR_NONE: ConfigLabel = {
  domain: 'backend',
  besides: 'none',
  values:
    'ids of the configured backends; `none` where none was chosen, or a reload has removed the one that was',
}

export const POOL: ConfigLabel = { domain: 'pool', values: 'names of the configured pools' }

/** The client's network by address range. */
export const NETWORK: ConfigLabel = {
  domain: 'network',
  values: 'names under `networks` in the configuration; `other` for every other address',
}

export const ALGORITHM: ConfigLabel = { domain: 'algorithm', values: 'policies of the configured pools' }

export const YES_NO = ['true', 'false'] as const

const knownMethods: ReadonlySet<string> = new Set(METHODS)
const knownStatuses: ReadonlySet<string> = new Set(STATUSES)

/** Methods are case-sensitive (RFC 9110 §9.1), so `get` is another method than GET and folds. */
export function methodLabel(method: string): Method {
  return knownMethods.has(method) ? (method as Method) : '_OTHER'
}

export function statusLabel(status: number): string {
  const text = String(status)
  return knownStatuses.has(text) ? text : 'other'
}
