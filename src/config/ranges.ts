/** Client networks as operators write them: CIDR ranges, single addresses, and two words for the usual ones. */
import ipaddr from 'ipaddr.js'

/** Words that stand for ranges. */
export const RANGE_WORDS = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
} as const satisfies Record<string, readonly string[]>

/** A word, a range or an address → CIDR ranges; undefined where it is none of them. */
export function expandRange(text: string): readonly string[] | undefined {
  if (text === 'loopback' || text === 'private') return RANGE_WORDS[text]
  const cidr = text.includes('/') ? text : ipaddr.isValid(text) ? hostRange(text) : undefined
  return cidr !== undefined && isRange(cidr) ? [cidr] : undefined
}

/** `10.20.3.4/16` → `10.20.0.0/16`; undefined where nothing is set behind the prefix, or the text is no range. */
export function networkMeant(text: string): string | undefined {
  if (!text.includes('/') || !isRange(text)) return undefined
  const [address, bits] = ipaddr.parseCIDR(text)
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  const network = kind.networkAddressFromCIDR(text)
  return network.toNormalizedString() === address.toNormalizedString()
    ? undefined
    : `${network.toString()}/${bits}`
}

function hostRange(address: string): string {
  return `${address}/${ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128}`
}

function isRange(cidr: string): boolean {
  // ipaddr.js also reads "10.1/16" and octal parts; four plain parts leave no room for two readings.
  const address = cidr.slice(0, cidr.indexOf('/'))
  if (!address.includes(':') && !/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(address)) return false
  return ipaddr.isValidCIDR(cidr)
}
