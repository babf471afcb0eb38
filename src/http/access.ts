/** Who may see what Roam tells about itself. */
import type { DownstreamConnection, Fields, RequestHead } from '../core/exchange.ts'
import { createTrust } from './trust.ts'

/** May this client ask? */
export type Access = (head: RequestHead, connection: DownstreamConnection) => boolean

/**
 * Both the connection and everybody on whose behalf it asks must lie in the ranges: a proxy in front has a private address,
 * and its clients must not inherit it. Anybody can claim to ask for somebody else, and only loses by it.
 */
export function createAccess(ranges: readonly string[]): Access {
  const inside = createTrust(ranges)
  return ({ fields }, { remoteAddress }) => inside(remoteAddress) && claimedClients(fields).every(inside)
}

/** What X-Forwarded-For and Forwarded (RFC 7239) name, without ports; an obfuscated name stays as it is. */
function claimedClients(fields: Fields): string[] {
  const clients: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1]!
    if (fields[i] === 'x-forwarded-for') clients.push(...value.split(',').map(addressOf))
    else if (fields[i] === 'forwarded') {
      for (const [, quoted, plain] of value.matchAll(/\bfor\s*=\s*(?:"([^"]*)"|([^\s;,]*))/gi))
        clients.push(addressOf(quoted ?? plain!))
    }
  }
  return clients
}

/** 192.0.2.1:4711 and [2001:db8::1]:4711, with and without the port. */
function addressOf(node: string): string {
  const text = node.trim()
  const bracketed = /^\[([^\]]*)\]/.exec(text)?.[1]
  return bracketed ?? (/^[^:]*:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text)
}
