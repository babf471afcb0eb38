import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Range = ReturnType<typeof ipaddr.parseCIDR>

/** Addresses whose verdict is remembered; a trusted proxy has few of them, a flood of strangers must cost no memory. */
const CACHE_SIZE = 4096

/** Tells whether an address lies in one of the ranges. Throws where a range is none. */
export function createTrust(cidrs: readonly string[]): (address: string) => boolean {
  const ranges = cidrs.map(parseRange)
  if (ranges.length === 0) return () => false
  const verdicts = new Map<string, boolean>()
  return (address) => {
    const known = verdicts.get(address)
    if (known !== undefined) return known
    const verdict = isWithin(address, ranges)
    if (verdicts.size >= CACHE_SIZE) verdicts.clear()
    verdicts.set(address, verdict)
    return verdict
  }
}

/** `10.0.0.0/8`, `fd00::/8` or one address. IPv4-mapped ranges (::ffff:10.0.0.0/104) become IPv4. */
function parseRange(text: string): Range {
  const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : whole(ipaddr.parse(text))
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96) {
    return [address.toIPv4Address(), bits - 96]
  }
  return [address, bits]
}

function whole(address: ipaddr.IPv4 | ipaddr.IPv6): Range {
  return [address, address.kind() === 'ipv4' ? 32 : 128] as Range
}

function isWithin(text: string, ranges: readonly Range[]): boolean {
  // ipaddr.js also reads 010.1.2.3 as octal and ::10.0.0.1 as IPv4; no socket says such things.
  if (isIP(text) === 0 || isCompatible(text)) return false
  // `process` turns ::ffff:192.0.2.1, what a dual-stack socket shows for IPv4, into 192.0.2.1.
  const address = ipaddr.process(text)
  return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
}

/** The IPv4-compatible form of RFC 4291 §2.5.5.1, deprecated there and not the same as an IPv4-mapped one. */
function isCompatible(text: string): boolean {
  return text.includes(':') && text.includes('.') && !/^::ffff:/i.test(text)
}
