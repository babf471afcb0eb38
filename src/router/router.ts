import { RoamError } from '../core/errors.ts'
import type { RequestHead } from '../core/exchange.ts'
import type { Route, Router } from '../core/ports.ts'

export interface RouteRule extends Route {
  /** '*', a host name, or '*.example.org' for its sub-domains. */
  readonly host: string
  readonly path: string
  /** prefix: on segment borders: /a matches /a and /a/b, not /ab. */
  readonly match: 'prefix' | 'exact'
  /** Undefined: every method. */
  readonly methods: readonly string[] | undefined
}

/**
 * The most particular rule wins: an exact host before a wildcard before '*', then an exact path before the longest
 * prefix, then a rule with methods before one without. A request that fits but for its method goes on to the next rule;
 * if there is none, the router throws METHOD_NOT_ALLOWED. Deciding allocates nothing.
 */
export function createRouter(rules: readonly RouteRule[]): Router {
  const ordered = [...rules].sort(moreParticular).map((rule) => ({ rule, suffix: suffixOf(rule.host) }))
  return (head) => {
    const end = endOfHost(head.authority)
    let allowed: string[] | undefined
    for (const { rule, suffix } of ordered) {
      if (!matchesHost(rule.host, suffix, head.authority, end) || !matchesPath(rule, head.path)) continue
      if (rule.methods === undefined || rule.methods.includes(head.method)) return rule
      allowed = [...(allowed ?? []), ...rule.methods]
    }
    if (allowed !== undefined) throw methodNotAllowed(head, allowed)
    return undefined
  }
}

function moreParticular(a: RouteRule, b: RouteRule): number {
  return (
    hostRank(b.host) - hostRank(a.host) ||
    b.host.length - a.host.length ||
    Number(b.match === 'exact') - Number(a.match === 'exact') ||
    b.path.length - a.path.length ||
    Number(b.methods !== undefined) - Number(a.methods !== undefined)
  )
}

function hostRank(host: string): number {
  if (host === '*') return 0
  return host.startsWith('*.') ? 1 : 2
}

/** '.example.org' of '*.example.org'. */
function suffixOf(host: string): string | undefined {
  return host.startsWith('*.') ? host.slice(1) : undefined
}

/** Where a port would begin. */
function endOfHost(authority: string): number {
  const colon = authority.lastIndexOf(':')
  return colon > authority.lastIndexOf(']') ? colon : authority.length
}

function matchesHost(host: string, suffix: string | undefined, authority: string, end: number): boolean {
  if (host === '*') return true
  if (suffix !== undefined) return authority.endsWith(suffix, end)
  return host.length === end && authority.startsWith(host)
}

function matchesPath(rule: RouteRule, path: string): boolean {
  const { path: wanted, match } = rule
  if (match === 'exact') return path === wanted
  if (!path.startsWith(wanted)) return false
  return wanted.endsWith('/') || path.length === wanted.length || path.charAt(wanted.length) === '/'
}

/** RFC 9110 §15.5.6: the resource is there, and the answer lists what may be done with it. */
function methodNotAllowed(head: RequestHead, allowed: readonly string[]): RoamError {
  const allow = [...new Set(allowed)].join(', ')
  return new RoamError('METHOD_NOT_ALLOWED', `the routes of ${head.authority} allow only ${allow} here`, {
    fields: ['allow', allow],
  })
}
