/** The kernel's bound on UDP buffers: too small, and a burst of packets is dropped before Roam sees it. */
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { hostOf } from '../../probe/target.ts'
import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'

/** What the QUIC engine asks for, in both directions (native/core/src/socket.rs). */
export const KERNEL_BUFFER_BYTES = 4_194_304

export const socketBuffersCheck: Check = {
  id: 'socket-buffers',
  title: 'Socket buffers',
  async run({ options: { url } }) {
    if (process.platform !== 'linux') return skip('known for Linux only')
    if (!(await isThisMachine(hostOf(url)))) return skip(`${url.hostname} is another machine: run this on it`)
    const settings = [await setting('rmem_max'), await setting('wmem_max')]
    const small = settings.filter(({ bytes }) => bytes < KERNEL_BUFFER_BYTES)
    if (small.length === 0) return ok(`the kernel allows the ${KERNEL_BUFFER_BYTES} bytes that Roam asks for`)
    const found = small.map(({ name, bytes }) => `${name} is ${bytes}`).join(', ')
    const command = small.map(({ name }) => `${name}=${KERNEL_BUFFER_BYTES}`).join(' ')
    return warn(
      `${found}; Roam asks for ${KERNEL_BUFFER_BYTES}`,
      `sudo sysctl -w ${command}, the same lines into /etc/sysctl.d/60-roam.conf, then restart Roam. Too small costs packets under load.`,
    )
  },
}

async function setting(name: string): Promise<{ name: string; bytes: number }> {
  return { name: `net.core.${name}`, bytes: Number(await readFile(`/proc/sys/net/core/${name}`, 'utf8')) }
}

async function isThisMachine(host: string): Promise<boolean> {
  const addresses = await lookup(host, { all: true }).catch(() => [])
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])
  return addresses.some(
    ({ address }) => own.includes(address) || address === '::1' || address.startsWith('127.'),
  )
}
