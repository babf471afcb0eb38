/** Where a listener listens: `:9443`, `0.0.0.0:9443`, `127.0.0.1:9443`, `[::1]:9443`. */
import { isIPv4, isIPv6 } from 'node:net'

/** `host` '' is every address of both families. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Undefined where the text is not an address; names are refused because they may mean something else tomorrow. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const [, v6, v4 = ''] = match
  const port = Number(match[3])
  if (port > 65_535) return undefined
  if (v6 !== undefined) return isIPv6(v6) ? { host: v6, port } : undefined
  return v4 === '' || isIPv4(v4) ? { host: v4, port } : undefined
}

/** The inverse of `parseAddress`. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Can both be bound at once? Port 0 is a new port each time. */
export function addressesCollide(a: Address, b: Address): boolean {
  if (a.port !== b.port || a.port === 0) return false
  return a.host === b.host || covers(a.host, b.host) || covers(b.host, a.host)
}

function covers(wide: string, narrow: string): boolean {
  if (wide === '' || wide === '::') return true
  return wide === '0.0.0.0' && isIPv4(narrow)
}
