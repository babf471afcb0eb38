import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'

/** Does this name lead to an address of this machine? What is sent there crosses no network. */
export async function isThisMachine(host: string): Promise<boolean> {
  const addresses = await lookup(host, { all: true }).catch(() => [])
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])
  return (
    addresses.length > 0 &&
    addresses.every(({ address }) => own.includes(address) || address === '::1' || address.startsWith('127.'))
  )
}
