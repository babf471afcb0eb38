/** The label `network`: which of the configured ranges an address is in. */
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Addresses that are remembered; a campus full of students, in a few megabytes. */
const MAX_REMEMBERED = 10_000

/** What every address is in that is in no configured range. */
export const OTHER_NETWORK = 'other'

/** The first configured network that holds the address. */
export type NetworkOf = (address: string) => string

/**
 * Remembers answers by address rather than by connection: a connection changes its address when it migrates, and
 * an address needs no end of life.
 */
export function createNetworkOf(networks: ReadonlyMap<string, readonly string[]>): NetworkOf {
  if (networks.size === 0) return () => OTHER_NETWORK
  const ranges = [...networks].flatMap(([name, list]) =>
    list.map((range) => ({ name, cidr: ipaddr.parseCIDR(range) })),
  )
  const remembered = new Map<string, string>()

  const find = (text: string): string => {
    if (!ipaddr.isValid(text)) return OTHER_NETWORK
    // `process` makes an IPv4-mapped IPv6 address, as dual-stack sockets report it, an IPv4 address.
    const address: Address = ipaddr.process(text)
    const found = ranges.find(
      ({ cidr: [base], cidr }) => base.kind() === address.kind() && address.match(cidr),
    )
    return found?.name ?? OTHER_NETWORK
  }

  return (address) => {
    const known = remembered.get(address)
    if (known !== undefined) return known
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    const network = find(address)
    remembered.set(address, network)
    return network
  }
}
