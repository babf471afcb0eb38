import type { Fields } from '../core/exchange.ts'
import { malformed } from './malformed.ts'

/** The pseudo-headers of an HTTP/2 or HTTP/3 request, and what is left: the parts of a RawHead. */
export interface SplitHead {
  readonly method: string
  readonly target: string | undefined
  readonly authority: string | undefined
  readonly scheme: string | undefined
  readonly fields: Fields
}

/**
 * Takes the pseudo-headers off a field list (RFC 9113 §8.3, RFC 9114 §4.3). Throws where one is unknown, double, missing
 * or behind a regular field. CONNECT has no path and no scheme; validateHead refuses it with its own status.
 */
export function splitPseudo(list: Fields): SplitHead {
  let method: string | undefined
  let target: string | undefined
  let authority: string | undefined
  let scheme: string | undefined
  let protocol: string | undefined
  const length = list.length
  let at = 0
  for (; at < length; at += 2) {
    const name = list[at] as string
    if (name.charCodeAt(0) !== 0x3a) break
    const value = list[at + 1] ?? ''
    switch (name) {
      case ':method':
        if (method !== undefined) throw twice(name)
        method = value
        break
      case ':path':
        if (target !== undefined) throw twice(name)
        target = value
        break
      case ':authority':
        if (authority !== undefined) throw twice(name)
        authority = value
        break
      case ':scheme':
        if (scheme !== undefined) throw twice(name)
        scheme = value
        break
      case ':protocol':
        if (protocol !== undefined) throw twice(name)
        protocol = value
        break
      default:
        throw malformed('unknown pseudo-header')
    }
  }
  for (let i = at; i < length; i += 2) {
    if ((list[i] as string).charCodeAt(0) === 0x3a) throw malformed('pseudo-header behind a regular field')
  }
  if (method === undefined) throw malformed(':method is missing')
  if (method !== 'CONNECT') {
    if (protocol !== undefined) throw malformed(':protocol without CONNECT')
    if (target === undefined) throw malformed(':path is missing')
    if (scheme === undefined) throw malformed(':scheme is missing')
  }
  return { method, target, authority, scheme, fields: list.slice(at) }
}

function twice(name: string): Error {
  return malformed(`${name} is there twice`)
}
