/** The old process's side: waits for a successor, gives it the sockets, and goes on serving if that comes to nothing. */
import type { TakeoverPeer } from '../listener/quic/contract.ts'
import { openRendezvous } from '../listener/quic/engine-takeover.ts'
import { TakeoverError } from './error.ts'
import { hear, PROMPT_MS, say, VERSION } from './messages.ts'

/** A socket that can change hands. */
export interface EstateSocket {
  /** Which configured address it is. */
  readonly key: string
  readonly transport: 'tcp' | 'udp'
  readonly port: number
  /** Attaches it to the next message; returns the generations of the channels that come with a UDP socket. */
  attach(peer: TakeoverPeer): readonly number[]
  /** Reads nothing from it any more. Resolves with what the successor's engine must know; '' for TCP. */
  yield(): Promise<string>
  /** The successor did not come to take it. */
  takeBack(): void
}

/** What a running process leaves to its successor. */
export interface Estate {
  readonly generation: number
  readonly secret: Buffer
  readonly sockets: readonly EstateSocket[]
}

/** How long a successor may take to get ready: configuration, certificates, first health checks. */
const READY_MS = 300_000

export interface WaitingOptions {
  readonly path: string
  readonly estate: () => Estate
  /** A successor came to nothing; one sentence. */
  readonly onFailure: (why: string) => void
}

/** A process that can be taken over from. */
export interface Waiting {
  /** Resolves when a successor serves; its process id. */
  readonly successor: Promise<number>
  /** No successor any more. */
  close(): void
}

/** Waits at `path`. Throws the system's error where that cannot be. */
export function waitForSuccessor({ path, estate, onFailure }: WaitingOptions): Waiting {
  let current: TakeoverPeer | undefined
  const { promise: successor, resolve } = Promise.withResolvers<number>()
  let closed = false
  const isClosed = () => closed
  const meet = async (peer: TakeoverPeer): Promise<void> => {
    if (current !== undefined || closed) {
      refuse(peer, closed ? 'it is going away' : 'another process is taking over from it')
      return
    }
    current = peer
    try {
      const pid = await handOver(peer, estate())
      close()
      resolve(pid)
    } catch (error) {
      if (!isClosed()) onFailure(error instanceof Error ? error.message : String(error))
    } finally {
      current = undefined
      peer.close()
    }
  }
  const rendezvous = openRendezvous(path, (peer) => void meet(peer))
  const close = () => {
    if (closed) return
    closed = true
    rendezvous.close()
    current?.close()
  }
  return { successor, close }
}

/** Resolves with the successor's process id once it serves. Rejects with everything as it was. */
async function handOver(peer: TakeoverPeer, { generation, secret, sockets }: Estate): Promise<number> {
  const { version, pid } = await hear(peer, 'hello')
  if (version !== VERSION) {
    const why = `it hands over in another way (${VERSION}) than this version takes over (${version})`
    say(peer, 'refused', { why })
    throw new TakeoverError(`process ${pid} is of a version that takes over in another way`)
  }
  const facts = { pid: process.pid, generation, secret: secret.toString('base64') }
  say(peer, 'offer', { ...facts, sockets: sockets.length })
  for (const socket of sockets) {
    const { key, transport, port } = socket
    const generations = socket.attach(peer)
    say(peer, 'socket', { key, transport, port, generations })
  }
  const { taken } = await hear(peer, 'ready', READY_MS)
  const leaving = sockets.flatMap((socket, place) => (taken.includes(place) ? [{ place, socket }] : []))
  try {
    const young = leaving.map(async ({ place, socket }) => [String(place), await socket.yield()] as const)
    say(peer, 'yours', { young: Object.fromEntries(await within(PROMPT_MS, Promise.all(young))) })
    await hear(peer, 'begun')
  } catch (error) {
    for (const { socket } of leaving) socket.takeBack()
    throw error
  }
  return pid
}

function refuse(peer: TakeoverPeer, why: string): void {
  try {
    say(peer, 'refused', { why })
  } catch {
    // It has gone already.
  }
  peer.close()
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new TakeoverError('the QUIC engine did not let go of its socket')),
    ms,
  )
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
