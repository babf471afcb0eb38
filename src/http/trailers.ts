import type { Fields } from '../core/exchange.ts'
import { classifyToken, isFieldValue, trimSpace } from './chars.ts'

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
