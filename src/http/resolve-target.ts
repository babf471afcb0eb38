import type { RawHead } from '../core/exchange.ts'
import { canonicalAuthority } from './authority.ts'
import { malformed } from './malformed.ts'
import { routingPath } from './target.ts'

/** Whom a request is for and what it asks: RFC 9110 §7.1, the same shape for all protocols. */
export interface ResolvedTarget {
  readonly scheme: 'http' | 'https'
  readonly authority: string
  /** Origin-form or, for OPTIONS only, `*`. */
  readonly target: string
  readonly path: string
}

/** Joins target, `:authority`, `:scheme` and the Host field; throws where they contradict each other. */
export function resolveTarget(raw: RawHead, method: string, host: string | undefined): ResolvedTarget {
  const target = raw.target ?? ''
  const first = target.charCodeAt(0)
  if (raw.version === '2' || raw.version === '3') {
    const scheme = checkScheme(raw.scheme)
    const authority = resolveAuthority(raw.authority, host)
    const asterisk = target === '*' && method === 'OPTIONS'
    return { scheme, authority, target, path: asterisk ? '*' : routingPath(target) }
  }
  const scheme = raw.scheme === undefined ? undefined : checkScheme(raw.scheme)
  if (first === 0x2f) {
    if (host === undefined) throw malformed('host is missing')
    return { scheme: scheme ?? 'http', authority: host, target, path: routingPath(target) }
  }
  // RFC 9112 §3.2: Host must be there even where the target makes it irrelevant; HTTP/1.0 had no such field.
  if (host === undefined && raw.version === '1.1') throw malformed('host is missing')
  if (target === '*' && method === 'OPTIONS') {
    if (host === undefined) throw malformed('host is missing')
    return { scheme: scheme ?? 'http', authority: host, target, path: '*' }
  }
  return absoluteForm(target, method, scheme)
}

function checkScheme(scheme: string | undefined): 'http' | 'https' {
  if (scheme === 'https' || scheme === 'http') return scheme
  throw malformed('the scheme is not http or https')
}

/** `:authority` is what counts; a Host field may only repeat it (RFC 9113 §8.3.1, RFC 9114 §4.3.1). */
function resolveAuthority(pseudo: string | undefined, host: string | undefined): string {
  if (pseudo === undefined) {
    if (host === undefined) throw malformed(':authority is missing')
    return host
  }
  const authority = canonicalAuthority(pseudo)
  if (authority === undefined) throw malformed(':authority is not a host')
  if (host !== undefined && host !== authority) throw malformed('host differs from :authority')
  return authority
}

/** RFC 9112 §3.2.2: the target's authority replaces Host. The connection's scheme, where known, beats the target's. */
function absoluteForm(target: string, method: string, scheme: 'http' | 'https' | undefined): ResolvedTarget {
  const start = target.indexOf('://')
  const named = start > 0 && start <= 5 ? target.slice(0, start).toLowerCase() : ''
  if (named !== 'http' && named !== 'https') throw malformed('the target is neither a path nor an http URL')
  const from = start + 3
  let end = from
  for (; end < target.length; end++) {
    const code = target.charCodeAt(end)
    if (code === 0x2f || code === 0x3f || code === 0x23) break
  }
  const authority = canonicalAuthority(target.slice(from, end))
  if (authority === undefined) throw malformed('the target names no host')
  const rest = target.slice(end)
  // RFC 9112 §3.2.4: OPTIONS without a path asks about the whole server.
  if (rest === '' && method === 'OPTIONS')
    return { scheme: scheme ?? named, authority, target: '*', path: '*' }
  const origin = rest.charCodeAt(0) === 0x2f ? rest : `/${rest}`
  return { scheme: scheme ?? named, authority, target: origin, path: routingPath(origin) }
}
