/**
 * Names that common requests carry, so that one look-up answers three questions: is it a name, what is it in lower
 * case, and does it need care? Everything else takes the slow way through {@link classifyToken}.
 */

/** What the validator does about a field. */
export const Kind = {
  plain: 0,
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  te: 5,
  expect: 6,
  cookie: 7,
  /** Connection-specific: malformed on HTTP/2 and HTTP/3 (RFC 9113 §8.2.2), stripped on HTTP/1. */
  hop: 8,
  /** Stripped on every protocol. */
  strip: 9,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** A name in lower case and what to do about it. */
export interface KnownName {
  readonly name: string
  readonly kind: Kind
}

const PLAIN = `accept accept-charset accept-encoding accept-language access-control-request-headers
  access-control-request-method authorization cache-control content-disposition content-encoding content-type date dnt
  early-data forwarded from if-match if-modified-since if-none-match if-range if-unmodified-since origin pragma priority
  purpose range referer save-data sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode
  sec-fetch-site sec-fetch-user sec-gpc sec-purpose traceparent tracestate upgrade-insecure-requests user-agent
  via x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-real-ip x-request-id x-requested-with`

const CAREFUL: readonly (readonly [string, Kind])[] = [
  ['host', Kind.host],
  ['content-length', Kind.contentLength],
  ['transfer-encoding', Kind.transferEncoding],
  ['connection', Kind.connection],
  ['te', Kind.te],
  ['expect', Kind.expect],
  ['cookie', Kind.cookie],
  ['keep-alive', Kind.hop],
  ['proxy-connection', Kind.hop],
  ['upgrade', Kind.hop],
  // RFC 7540 §3.2.1, the companion of `Upgrade: h2c`; obsolete, and only ever used to smuggle.
  ['http2-settings', Kind.strip],
  // Meant for the first proxy that asks for it (RFC 9110 §11.7.2); Roam asks for none, and a backend must not see it.
  ['proxy-authorization', Kind.strip],
  // Announces trailers of a request; those are not forwarded.
  ['trailer', Kind.strip],
]

const known = new Map<string, KnownName>()
for (const name of PLAIN.split(/\s+/)) learn(name, Kind.plain)
for (const [name, kind] of CAREFUL) learn(name, kind)

function learn(name: string, kind: Kind): void {
  const entry: KnownName = { name, kind }
  known.set(name, entry)
  // The spelling most HTTP/1.1 clients use.
  known.set(
    name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    entry,
  )
}

/** Undefined: not a common name. A name with upper-case letters is found too; compare with `entry.name`. */
export function lookUpName(name: string): KnownName | undefined {
  return known.get(name)
}

/**
 * Gateways to CGI turn `-` (and some of them every other sign) into `_`, so that `X_Forwarded_For` overwrites
 * `X-Forwarded-For` behind our back. True for a lower-case name that is such a twin of a name with a meaning.
 */
export function isDisguised(name: string): boolean {
  if (!/[^a-z0-9-]/.test(name)) return false
  const plain = name.replace(/[^a-z0-9]/g, '-')
  return DISGUISE_TARGETS.has(plain) || plain.startsWith('x-forwarded-')
}

const DISGUISE_TARGETS: ReadonlySet<string> = new Set([
  ...CAREFUL.map(([name]) => name),
  'client-ip',
  'content-type',
  'early-data',
  'x-real-ip',
  'x-request-id',
])
