/**
 * One validator for the heads of HTTP/1, HTTP/2 and HTTP/3. What comes out can be read in one way only, whichever protocol
 * it came by: framing, authority and target are settled, fields are clean, nothing hop-by-hop is left. `host` and
 * `content-length` are not among the fields: `authority` and `contentLength` are their only truth from here on.
 */
import { RoamError } from '../core/errors.ts'
import type { LimitsConfig } from '../config/types.ts'
import type { RawHead, RequestHead } from '../core/exchange.ts'
import { canonicalAuthority } from './authority.ts'
import { classifyToken, hasOuterSpace, isFieldValue, parseContentLength, trimSpace } from './chars.ts'
import { NONE, nominatedFields } from './connection-options.ts'
import { isDisguised, Kind, lookUpName } from './field-names.ts'
import { malformed, shown } from './malformed.ts'
import { resolveTarget } from './resolve-target.ts'

export type HeadLimits = Pick<LimitsConfig, 'maxUriBytes' | 'maxFieldSectionBytes' | 'maxFieldCount'>

/** Believes a head or throws a RoamError whose message names the field and never shows its value. */
export function validateHead(raw: RawHead, limits: HeadLimits): RequestHead {
  const { fields, version } = raw
  const length = fields.length
  const method = checkMethod(raw.method)
  if (raw.target === undefined) throw malformed('the target is missing')
  if (raw.target.length > limits.maxUriBytes) throw new RoamError('URI_TOO_LONG', 'the target is too long')
  if (length > limits.maxFieldCount * 2) throw new RoamError('FIELDS_TOO_LARGE', 'too many fields')
  if (length % 2 !== 0) throw malformed('a field has no value')

  const multiplexed = version === '2' || version === '3'
  const kept: string[] = []
  let bytes = 0
  let host: string | undefined
  let contentLength: number | undefined
  let chunked = false
  let expects = false
  let cookie: string | undefined
  let cookieAt = 0
  let nominated = NONE

  for (let i = 0; i < length; i += 2) {
    let name = fields[i] as string
    let value = fields[i + 1] as string
    // RFC 9113 §6.5.2 and RFC 9114 §4.2.2 count 32 bytes for each field's upkeep; HTTP/1 is counted alike.
    bytes += name.length + value.length + 32

    let known = lookUpName(name)
    if (known === undefined) {
      name = checkName(name, multiplexed)
      // Odd spellings such as `CONTENT-length`.
      known = lookUpName(name)
    }
    let kind: Kind = Kind.plain
    if (known !== undefined) {
      if (multiplexed && known.name !== name) throw malformed(`${known.name}: upper-case name`)
      name = known.name
      kind = known.kind
    }
    if (!isFieldValue(value)) throw malformed(`${shown(name)}: forbidden character in the value`)
    if (hasOuterSpace(value)) {
      // RFC 9113 §8.2.1, RFC 9114 §4.2. On HTTP/1 it is no part of the value (RFC 9112 §5.1).
      if (multiplexed) throw malformed(`${shown(name)}: white space around the value`)
      value = trimSpace(value)
    }

    switch (kind) {
      case Kind.plain:
        kept.push(name, value)
        break
      case Kind.cookie:
        if (cookie === undefined) {
          cookieAt = kept.push(name, value) - 1
          cookie = value
        } else if (value !== '') {
          // RFC 9113 §8.2.3, RFC 9114 §4.2.1; the same on HTTP/1, where backends would disagree about a second Cookie.
          cookie = cookie === '' ? value : `${cookie}; ${value}`
          kept[cookieAt] = cookie
        }
        break
      case Kind.host:
        if (host !== undefined) throw malformed('host is there twice')
        host = value
        break
      case Kind.contentLength:
        if (contentLength !== undefined) throw malformed('content-length is there twice')
        contentLength = parseContentLength(value)
        if (contentLength === -1) throw malformed('content-length is not a length')
        break
      case Kind.transferEncoding:
        if (multiplexed) throw malformed('transfer-encoding: connection-specific field')
        // RFC 9112 §6.1: nobody agrees about chunks in HTTP/1.0; other codings only serve smuggling.
        if (chunked || version === '1.0' || value.toLowerCase() !== 'chunked') {
          throw malformed('transfer-encoding is not one chunked')
        }
        chunked = true
        break
      case Kind.connection:
        if (multiplexed) throw malformed('connection: connection-specific field')
        nominated = nominatedFields(value, nominated)
        break
      case Kind.te:
        if (multiplexed && value !== 'trailers') throw malformed('te is not trailers')
        break
      case Kind.hop:
        if (multiplexed) throw malformed(`${name}: connection-specific field`)
        break
      case Kind.expect:
        if (value.toLowerCase() !== '100-continue') {
          throw new RoamError('EXPECTATION_FAILED', 'expect is not 100-continue')
        }
        expects = true
        break
      case Kind.strip:
        break
    }
  }
  if (bytes > limits.maxFieldSectionBytes) {
    throw new RoamError('FIELDS_TOO_LARGE', 'the field section is too large')
  }

  if (chunked && contentLength !== undefined) throw malformed('content-length beside transfer-encoding')
  if (multiplexed && !raw.hasBody && contentLength !== undefined && contentLength > 0) {
    throw malformed('content-length without a body')
  }
  const hasBody = multiplexed ? raw.hasBody : chunked || (contentLength !== undefined && contentLength > 0)
  const target = resolveTarget(raw, method, checkHost(host))
  return {
    method,
    scheme: target.scheme,
    authority: target.authority,
    target: target.target,
    path: target.path,
    fields: nominated === NONE ? kept : withoutNominated(kept, nominated),
    contentLength,
    hasBody,
    // RFC 9110 §10.1.1: a 1.0 client cannot wait for an interim response.
    expectsContinue: expects && hasBody && version !== '1.0',
  }
}

function checkMethod(method: string | undefined): string {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'HEAD':
    case 'PUT':
    case 'DELETE':
    case 'OPTIONS':
    case 'PATCH':
      return method
    case 'CONNECT':
      throw new RoamError('METHOD_NOT_ALLOWED', 'CONNECT is not offered')
    case 'TRACE':
      // RFC 9110 §9.3.8: it would echo cookies and the fields that Roam adds.
      throw new RoamError('METHOD_NOT_ALLOWED', 'TRACE is not offered')
    case undefined:
      throw malformed('the method is missing')
    default:
      if (classifyToken(method) === 'invalid') throw malformed('the method is not a token')
      return method
  }
}

/** The slow way for uncommon names. */
function checkName(name: string, multiplexed: boolean): string {
  const kind = classifyToken(name)
  if (kind === 'invalid') throw malformed('a field name is not a token')
  let lower = name
  if (kind === 'mixed') {
    if (multiplexed) throw malformed(`${shown(name)}: upper-case name`)
    lower = name.toLowerCase()
  }
  if (isDisguised(lower)) throw malformed(`${shown(lower)}: disguised name`)
  return lower
}

function checkHost(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const authority = canonicalAuthority(text)
  if (authority === undefined) throw malformed('host is not a host name')
  return authority
}

function withoutNominated(fields: readonly string[], nominated: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    if (!nominated.has(name)) kept.push(name, fields[i + 1] as string)
  }
  return kept
}
