/** The kernel's bound on UDP buffers: too small, and a burst of packets is dropped before Roam sees it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hostOf } from '../../probe/target.ts'
import { codeOf } from '../../user-error.ts'
import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { isThisMachine } from '../this-machine.ts'

/** What the QUIC engine asks for, in both directions (native/core/src/socket.rs). */
export const KERNEL_BUFFER_BYTES = 4_194_304

export const socketBuffersCheck: Check = {
  id: 'socket-buffers',
  title: 'Socket buffers',
  async run({ options: { url } }) {
    if (process.platform !== 'linux') return skip('known for Linux only')
    if (!(await isThisMachine(hostOf(url)))) return skip(`${url.hostname} is another machine: run this on it`)
    const settings = await readSettings()
    if (settings === undefined)
      return skip('the kernel does not show them here, as in many containers: run this on the machine itself')
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

/** Undefined in a network namespace of its own, where older kernels have no such files. */
export async function readSettings(
  folder = '/proc/sys/net/core',
): Promise<{ name: string; bytes: number }[] | undefined> {
  try {
    return await Promise.all(
      ['rmem_max', 'wmem_max'].map(async (name) => ({
        name: `net.core.${name}`,
        bytes: Number(await readFile(join(folder, name), 'utf8')),
      })),
    )
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
