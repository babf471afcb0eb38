import type { RequestHead } from '../core/exchange.ts'
import type { Route, Router } from '../core/ports.ts'

export interface RouteRule extends Route {
  /** '*', a host name, or '*.example.org' for its sub-domains. */
  readonly host: string
  /** Path prefix; matches on segment borders: /a matches /a and /a/b, not /ab. */
  readonly path: string
}

/** The most particular rule wins: an exact host before a wildcard before '*', then the longest path. */
export function createRouter(rules: readonly RouteRule[]): Router {
  const ordered = [...rules].sort(
    (a, b) =>
      hostRank(b.host) - hostRank(a.host) || b.host.length - a.host.length || b.path.length - a.path.length,
  )
  return (head) => ordered.find((rule) => matchesHost(rule.host, head) && matchesPath(rule.path, head.path))
}

function hostRank(host: string): number {
  if (host === '*') return 0
  return host.startsWith('*.') ? 1 : 2
}

function matchesHost(pattern: string, head: RequestHead): boolean {
  if (pattern === '*') return true
  const host = hostOf(head.authority)
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
}

function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority
}

function matchesPath(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false
  return prefix.endsWith('/') || path.length === prefix.length || path.charAt(prefix.length) === '/'
}
