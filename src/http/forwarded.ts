import type { DownstreamConnection, Fields, RequestHead } from '../core/exchange.ts'
import type { Pool } from '../core/ports.ts'
import { canonicalAuthority } from './authority.ts'

/** Who is a trusted proxy; see trust.ts. */
export type Trusted = (address: string) => boolean

/**
 * Fields for the backend: `host` first, the client's own, then who asked for what by which way. What a stranger claims
 * about that way is dropped; a trusted proxy's word is kept and ours appended (RFC 7239 §8.1). `content-length` is not
 * among them: it is the head's `contentLength`.
 */
export function forwardFields(
  head: RequestHead,
  connection: DownstreamConnection,
  requestId: string,
  trusted: Trusted,
): Fields {
  const address = plainAddress(connection.remoteAddress)
  const claims = trusted(connection.remoteAddress) ? new Claims() : undefined
  const { fields } = head
  const result: string[] = ['host', head.authority]
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    const value = fields[i + 1] as string
    if (!isClaim(name)) result.push(name, value)
    else if (claims?.take(name, value) === false) result.push(name, value)
  }
  const proto = connection.encrypted ? 'https' : 'http'
  result.push(
    'x-forwarded-for',
    claims?.for === undefined ? address : `${claims.for}, ${address}`,
    'x-forwarded-proto',
    claims?.proto ?? proto,
    'x-forwarded-host',
    claims?.host ?? head.authority,
    'x-forwarded-port',
    claims?.port ?? String(connection.localPort),
    'forwarded',
    forwardedElement(claims?.forwarded, address, head.authority, proto),
    'x-request-id',
    claims?.requestId ?? requestId,
  )
  return result
}

/**
 * The fields of `forwardFields` with the Host field that the pool's backends want; what the client asked for stays in
 * X-Forwarded-Host and Forwarded.
 */
export function withHost(fields: Fields, hostHeader: Pool['hostHeader'], url: URL): Fields {
  if (hostHeader === 'preserve') return fields
  return ['host', hostHeader === 'backend' ? url.host : hostHeader.name, ...fields.slice(2)]
}

/** The id a trusted proxy gave this request, so that its log and ours agree; undefined where there is none to keep. */
export function inheritedRequestId(
  head: RequestHead,
  connection: DownstreamConnection,
  trusted: Trusted,
): string | undefined {
  if (!trusted(connection.remoteAddress)) return undefined
  for (let i = 0; i < head.fields.length; i += 2) {
    if (head.fields[i] !== 'x-request-id') continue
    const id = head.fields[i + 1] ?? ''
    if (REQUEST_ID.test(id)) return id
  }
  return undefined
}

/** Printable, short, and nothing that a log or a header could trip over. */
const REQUEST_ID = /^[\w.:+/=@-]{1,128}$/

/** What only a proxy may say. `proxy` becomes HTTP_PROXY in CGI scripts, which then call home through it (httpoxy). */
const CLAIMS: ReadonlySet<string> = new Set([
  'client-ip',
  'forwarded',
  'proxy',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-real-ip',
  'x-request-id',
])

function isClaim(name: string): boolean {
  const first = name.charCodeAt(0)
  // c, f, p, t, x: spares the look-up for most names.
  if (first !== 0x78 && first !== 0x63 && first !== 0x66 && first !== 0x70 && first !== 0x74) return false
  return CLAIMS.has(name) || name.startsWith('x-forwarded-')
}

/** What a trusted proxy says; the first well-formed word on each matter counts. */
class Claims {
  for: string | undefined
  forwarded: string | undefined
  proto: string | undefined
  host: string | undefined
  port: string | undefined
  requestId: string | undefined

  /** False: not ours to set, pass it on. */
  take(name: string, value: string): boolean {
    switch (name) {
      case 'proxy':
        return true
      case 'x-forwarded-for':
        if (value !== '') this.for = this.for === undefined ? value : `${this.for}, ${value}`
        return true
      case 'forwarded':
        if (value !== '')
          this.forwarded = this.forwarded === undefined ? value : `${this.forwarded}, ${value}`
        return true
      case 'x-forwarded-proto':
        if (value === 'http' || value === 'https') this.proto ??= value
        return true
      case 'x-forwarded-host':
        this.host ??= canonicalAuthority(value)
        return true
      case 'x-forwarded-port':
        if (/^\d{1,5}$/.test(value)) this.port ??= value
        return true
      case 'x-request-id':
        if (REQUEST_ID.test(value)) this.requestId ??= value
        return true
      default:
        return false
    }
  }
}

/** RFC 7239 §4. IPv6 addresses and anything with a colon need quotes (§6). */
function forwardedElement(before: string | undefined, address: string, host: string, proto: string): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  const quotedHost = /[:[~]/.test(host) ? `"${host}"` : host
  const element = `for=${node};host=${quotedHost};proto=${proto}`
  return before === undefined ? element : `${before}, ${element}`
}

/** ::ffff:192.0.2.1 as 192.0.2.1, and without a zone, which means nothing to a backend. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address
  const zone = address.indexOf('%')
  const bare = zone === -1 ? address : address.slice(0, zone)
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare
}
