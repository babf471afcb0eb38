import type { Fields } from '../core/exchange.ts'
import { classifyToken, isFieldValue, trimSpace } from './chars.ts'
import { malformed, shown } from './malformed.ts'

/** Fields whose definitions allow them behind a body (RFC 9110 §6.5.1): digests, signatures, timings, gRPC's outcome. */
const ALLOWED: ReadonlySet<string> = new Set([
  'content-digest',
  'digest',
  'etag',
  'grpc-message',
  'grpc-status',
  'grpc-status-details-bin',
  'repr-digest',
  'server-timing',
  'signature',
  'signature-input',
])

/** Families of checksums, and one that applications may use for what they like. */
const ALLOWED_PREFIXES = ['x-checksum', 'x-amz-checksum-', 'x-trailer']

/** More than anybody needs; a backend is not trusted with our memory. */
const MAX_TRAILERS = 32

/** Trailers of a request that would change its framing or target, were anybody to merge them into its head. */
const FORBIDDEN_IN_REQUEST: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/**
 * Judges the trailers of an HTTP/2 or HTTP/3 request, which are then discarded: throws MALFORMED_REQUEST for pseudo-headers
 * (RFC 9113 §8.1, RFC 9114 §4.3), names and values that are none, and fields that must not come late.
 */
export function checkRequestTrailers(fields: Fields): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    if (name.startsWith(':')) throw malformed('pseudo-header in trailers')
    if (classifyToken(name) !== 'lower') throw malformed('trailers: a field name is not a lower-case token')
    if (FORBIDDEN_IN_REQUEST.has(name)) throw malformed(`trailers: ${shown(name)} must not come late`)
    if (!isFieldValue(fields[i + 1] ?? '')) throw malformed(`trailers: ${shown(name)}: forbidden character`)
  }
}

/**
 * What of a backend's trailers may reach the client. An allow-list: a trailer must not be able to change framing, routing,
 * authentication or caching after the fact. The rest is dropped, as RFC 9110 §6.5.1 permits; the head is long gone, so
 * refusing is no choice.
 */
export function cleanTrailers(fields: Fields): Fields {
  if (fields.length === 0) return fields
  const kept: string[] = []
  for (let i = 0; i + 1 < fields.length && kept.length < MAX_TRAILERS * 2; i += 2) {
    const raw = fields[i] as string
    const value = fields[i + 1] as string
    if (classifyToken(raw) === 'invalid' || !isFieldValue(value)) continue
    const name = raw.toLowerCase()
    if (ALLOWED.has(name) || ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      kept.push(name, trimSpace(value))
    }
  }
  return kept
}
