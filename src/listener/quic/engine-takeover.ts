/**
 * Two processes that talk about a takeover, through the addon: Node can neither send nor receive descriptors between
 * processes that are not parent and child, nor see whose process it talks to.
 */
import type { InheritedSocket, TakeoverPeer } from './contract.ts'
import { loadAddon, type NativePeer } from './engine-addon.ts'

class AddonPeer implements TakeoverPeer {
  readonly native: NativePeer

  constructor(native: NativePeer) {
    this.native = native
  }

  attach(descriptor: number): void {
    this.native.attach(descriptor)
  }

  send(text: string, timeoutMs: number): void {
    this.native.send(text, timeoutMs)
  }

  async receive(timeoutMs: number): Promise<string> {
    const { errorCode, errorMessage, text } = await this.native.receive(timeoutMs)
    if (errorCode !== undefined) throw Object.assign(new Error(errorMessage), { code: errorCode })
    return text
  }

  takeDescriptor(): number {
    return this.native.takeDescriptor()
  }

  takeInheritance(generations: readonly number[]): InheritedSocket {
    return this.native.takeInheritance(generations)
  }

  close(): void {
    this.native.close()
  }
}

/** What the addon knows a peer as. */
export function nativePeer(peer: TakeoverPeer): NativePeer {
  if (peer instanceof AddonPeer) return peer.native
  throw new TypeError('a peer of another make has no socket to send descriptors through')
}

/** Connects to the process that waits at `path`; undefined where there is none. Throws system errors. */
export function connectPeer(path: string): TakeoverPeer | undefined {
  const { NativePeer } = loadAddon()
  try {
    return new AddonPeer(NativePeer.connect(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Where this process waits for its successor. */
export interface Rendezvous {
  close(): void
}

/** Listens at `path`, in the place of whoever did so before; does not keep the process alive. Throws system errors. */
export function openRendezvous(path: string, onPeer: (peer: TakeoverPeer) => void): Rendezvous {
  const { NativeRendezvous } = loadAddon()
  const rendezvous = new NativeRendezvous(path, () => {
    for (let peer = rendezvous.take(); peer !== null; peer = rendezvous.take()) onPeer(new AddonPeer(peer))
  })
  return rendezvous
}
