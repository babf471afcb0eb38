/** The new process's side: gets the sockets of the running one, and says when it is to let go of them. */
import { closeSync } from 'node:fs'
import type { InheritedSocket, TakeoverPeer } from '../listener/quic/contract.ts'
import { connectPeer } from '../listener/quic/engine-takeover.ts'
import { TakeoverError } from './error.ts'
import { hear, PROMPT_MS, say, VERSION } from './messages.ts'

/** Longer than the old process needs to let go: it gives up before we do. */
const YOURS_MS = 3 * PROMPT_MS

/** A listening TCP socket of the old process. */
export interface InheritedTcp {
  /** For `server.listen({ fd })`, which closes it in the end. */
  readonly descriptor: number
  readonly port: number
}

/** A UDP socket of the old process. */
export interface InheritedUdp {
  readonly socket: InheritedSocket
  readonly port: number
}

type Received =
  | { readonly transport: 'tcp'; readonly key: string; readonly tcp: InheritedTcp }
  | { readonly transport: 'udp'; readonly key: string; readonly udp: InheritedUdp }

/** What the running process offers. */
export class Inheritance {
  /** Of the process that gives it. */
  readonly pid: number
  /** Of this process. */
  readonly generation: number
  /** Of the deployment, where the configuration names no secretFile. */
  readonly secret: Buffer
  readonly #peer: TakeoverPeer
  readonly #sockets: readonly Received[]
  readonly #taken = new Set<number>()

  constructor(
    peer: TakeoverPeer,
    offer: { readonly pid: number; readonly generation: number; readonly secret: string },
    sockets: readonly Received[],
  ) {
    this.#peer = peer
    this.#sockets = sockets
    this.pid = offer.pid
    this.generation = (offer.generation + 1) % 256
    this.secret = Buffer.from(offer.secret, 'base64')
  }

  /** The TCP socket of a configured address; undefined where the old process has none, or not any more. */
  tcp(key: string): InheritedTcp | undefined {
    const found = this.#take('tcp', key)
    return found?.transport === 'tcp' ? found.tcp : undefined
  }

  /** The UDP socket of a configured address. */
  udp(key: string): InheritedUdp | undefined {
    const found = this.#take('udp', key)
    return found?.transport === 'udp' ? found.udp : undefined
  }

  /**
   * Everything that can fail was done: the old process lets go of what was taken. Resolves with what the engine of each
   * taken UDP address must know; begin at once, then call `begun`. Rejects with a TakeoverError where the old process goes on instead.
   */
  async claim(): Promise<(key: string) => string> {
    this.#sockets.forEach((socket, place) => {
      if (!this.#taken.has(place)) discard(socket)
    })
    const { young } = await this.#tried(async () => {
      say(this.#peer, 'ready', { taken: [...this.#taken] })
      return hear(this.#peer, 'yours', YOURS_MS)
    })
    return (key) => {
      const place = this.#sockets.findIndex((socket) => socket.transport === 'udp' && socket.key === key)
      return young[String(place)] ?? ''
    }
  }

  /** This process serves. Rejects where the old one has lost patience and serves itself: then this one must go. */
  async begun(): Promise<void> {
    await this.#tried(() => say(this.#peer, 'begun', { pid: process.pid }))
    this.#peer.close()
  }

  /** This process cannot start after all; the old one goes on. */
  abandon(): void {
    this.#peer.close()
  }

  async #tried<T>(step: () => T | Promise<T>): Promise<T> {
    try {
      return await step()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TakeoverError(`the takeover failed: ${why}; process ${this.pid} goes on serving`, {
        cause: error,
      })
    }
  }

  #take(transport: Received['transport'], key: string): Received | undefined {
    const place = this.#sockets.findIndex((socket) => socket.transport === transport && socket.key === key)
    if (place === -1 || this.#taken.has(place)) return undefined
    this.#taken.add(place)
    return this.#sockets[place]
  }
}

/** Undefined where no process waits at `path`. Rejects with a TakeoverError or the system's error. */
export async function inheritFrom(path: string): Promise<Inheritance | undefined> {
  const peer = connectPeer(path)
  if (peer === undefined) return undefined
  try {
    say(peer, 'hello', { version: VERSION, pid: process.pid })
    const offer = await hear(peer, 'offer')
    const sockets: Received[] = []
    while (sockets.length < offer.sockets) sockets.push(await receive(peer))
    return new Inheritance(peer, offer, sockets)
  } catch (error) {
    peer.close()
    throw error
  }
}

async function receive(peer: TakeoverPeer): Promise<Received> {
  const { transport, key, port, generations } = await hear(peer, 'socket')
  return transport === 'tcp'
    ? { transport, key, tcp: { descriptor: peer.takeDescriptor(), port } }
    : { transport, key, udp: { socket: peer.takeInheritance(generations), port } }
}

function discard(socket: Received): void {
  if (socket.transport === 'tcp') closeSync(socket.tcp.descriptor)
  else socket.udp.socket.close()
}
