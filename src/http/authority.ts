import { isIPv6 } from 'node:net'

const REFUSED = 0
const PLAIN = 1
const UPPER = 2
const COLON = 3

/** Letters, digits and `-._~`: narrower than RFC 3986's reg-name, which also allows `,` `;` `%` and other traps. */
const hostClass = new Uint8Array(128)
for (const char of '-._~0123456789abcdefghijklmnopqrstuvwxyz') hostClass[char.charCodeAt(0)] = PLAIN
for (let code = 0x41; code <= 0x5a; code++) hostClass[code] = UPPER
hostClass[0x3a] = COLON

/** A DNS name has 253 characters at most; the rest is the port. */
const MAX_LENGTH = 260

/**
 * Host or host:port in lower case, or undefined where it is neither (RFC 9110 §7.2): no user information, list, space or
 * slash, a port between 0 and 65535. An empty port is dropped (RFC 9110 §4.2.3).
 */
export function canonicalAuthority(text: string): string | undefined {
  const length = text.length
  if (length === 0 || length > MAX_LENGTH) return undefined
  if (text.charCodeAt(0) === 0x5b) return canonicalLiteral(text)
  let seen = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    const kind = code > 127 ? REFUSED : (hostClass[code] as number)
    if (kind === REFUSED) return undefined
    if (kind === COLON) {
      if (i === 0) return undefined
      return withPort((seen & UPPER) === 0 ? text : text.toLowerCase(), i)
    }
    seen |= kind
  }
  return (seen & UPPER) === 0 ? text : text.toLowerCase()
}

/** `[IPv6]` or `[IPv6]:port`; zone identifiers mean nothing outside the client's machine. */
function canonicalLiteral(text: string): string | undefined {
  const end = text.indexOf(']')
  if (end === -1) return undefined
  const address = text.slice(1, end)
  if (!isIPv6(address) || address.includes('%')) return undefined
  const lower = text.toLowerCase()
  if (end === text.length - 1) return lower
  return text.charCodeAt(end + 1) === 0x3a ? withPort(lower, end + 1) : undefined
}

function withPort(text: string, colon: number): string | undefined {
  const length = text.length
  if (colon === length - 1) return text.slice(0, colon)
  if (length - colon > 6) return undefined
  let port = 0
  for (let i = colon + 1; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return undefined
    port = port * 10 + digit
  }
  return port > 65535 ? undefined : text
}
