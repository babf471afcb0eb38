/**
 * A UDP relay in user space: a NAT whose port mapping can change, and a network that loses and delays, with exact
 * counts of both. One flow per client address; within a direction of a flow nothing is reordered.
 */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { seeded } from './random.ts'

/** What one direction does to datagrams. Both may be changed while traffic runs. */
export interface Impairment {
  /** Probability that a datagram is dropped, 0–1. */
  loss: number
  /** Milliseconds each datagram waits. */
  delayMs: number
}

export interface DirectionCounts {
  /** Datagrams that reached the relay. */
  readonly received: number
  /** Of these, dropped on purpose. */
  readonly dropped: number
  readonly forwarded: number
  /** Payload of what was forwarded. */
  readonly bytes: number
}

export interface RelayCounts {
  readonly toServer: DirectionCounts
  readonly toClient: DirectionCounts
  /** QUIC v1 Initial packets from clients (RFC 9000 §17.2.2): each new connection sends at least one. */
  readonly initials: number
  /** Datagrams that came to a mapping that no longer exists. Counted in `toClient.dropped` too. */
  readonly stale: number
  readonly flows: number
}

export interface RelayOptions {
  readonly upstreamPort: number
  readonly upstreamHost?: string
  /** Where clients send to. */
  readonly host?: string
  readonly toServer?: Partial<Impairment>
  readonly toClient?: Partial<Impairment>
  readonly seed?: number
}

type Send = () => void

/** Keeps datagrams for a while, first in, first out. */
class DelayLine {
  readonly #waiting: { readonly due: number; readonly send: Send }[] = []
  #timer: NodeJS.Timeout | undefined

  push(delayMs: number, send: Send): void {
    if (delayMs <= 0 && this.#waiting.length === 0) {
      send()
      return
    }
    // A shorter delay than the one before would overtake: it waits its turn.
    const due = Math.max(performance.now() + delayMs, this.#waiting.at(-1)?.due ?? 0)
    this.#waiting.push({ due, send })
    this.#timer ??= this.#arm()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }

  #arm(): NodeJS.Timeout | undefined {
    const first = this.#waiting[0]
    if (first === undefined) return undefined
    return setTimeout(() => this.#release(), Math.max(0, first.due - performance.now()))
  }

  #release(): void {
    const now = performance.now()
    let ready = 0
    while (ready < this.#waiting.length && (this.#waiting[ready]?.due ?? Infinity) <= now) ready++
    for (const { send } of this.#waiting.splice(0, ready)) send()
    this.#timer = this.#arm()
  }
}

class Direction {
  readonly settings: Impairment
  readonly #random: () => number
  readonly #line = new DelayLine()
  #received = 0
  #dropped = 0
  #forwarded = 0
  #bytes = 0
  readonly #waiting = new Set<{ readonly bytes: number; readonly reached: () => void }>()

  constructor(settings: Partial<Impairment> | undefined, seed: number) {
    this.settings = { loss: 0, delayMs: 0, ...settings }
    this.#random = seeded(seed)
  }

  pass(bytes: number, send: Send): void {
    this.#received++
    if (this.settings.loss > 0 && this.#random() < this.settings.loss) {
      this.#dropped++
      return
    }
    this.#line.push(this.settings.delayMs, () => {
      this.#forwarded++
      this.#bytes += bytes
      send()
      for (const one of this.#waiting) {
        if (one.bytes > this.#bytes) continue
        this.#waiting.delete(one)
        one.reached()
      }
    })
  }

  untilBytes(bytes: number): Promise<void> {
    if (this.#bytes >= bytes) return Promise.resolve()
    return new Promise((reached) => this.#waiting.add({ bytes, reached }))
  }

  refuse(): void {
    this.#received++
    this.#dropped++
  }

  counts(): DirectionCounts {
    return {
      received: this.#received,
      dropped: this.#dropped,
      forwarded: this.#forwarded,
      bytes: this.#bytes,
    }
  }

  close(): void {
    this.#line.close()
  }
}

interface Flow {
  readonly client: dgram.RemoteInfo
  /** Undefined until its first socket is bound; datagrams wait in `early`. */
  upstream: dgram.Socket | undefined
  readonly early: Buffer[]
  /** Mappings that were replaced; kept open so that late datagrams are counted, not answered with ICMP. */
  readonly retired: dgram.Socket[]
}

/** Header form, fixed bit and the two type bits of a QUIC v1 Initial. */
function isInitial(datagram: Buffer): boolean {
  return ((datagram[0] ?? 0) & 0xf0) === 0xc0
}

/** As much as the system allows: what the kernel drops at a full buffer would look like loss nobody injected. */
function enlarge(socket: dgram.Socket): void {
  socket.setRecvBufferSize(4 << 20)
  socket.setSendBufferSize(4 << 20)
}

async function bound(host: string): Promise<dgram.Socket> {
  const socket = dgram.createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  enlarge(socket)
  return socket
}

export class UdpRelay {
  readonly port: number
  readonly #front: dgram.Socket
  readonly #flows = new Map<string, Flow>()
  readonly #up: Direction
  readonly #down: Direction
  readonly #upstreamPort: number
  readonly #upstreamHost: string
  #source: string
  #initials = 0
  #stale = 0

  private constructor(front: dgram.Socket, options: RelayOptions) {
    this.#front = front
    this.port = front.address().port
    this.#upstreamPort = options.upstreamPort
    this.#upstreamHost = options.upstreamHost ?? '127.0.0.1'
    this.#source = isIPv6(this.#upstreamHost) ? '::1' : '127.0.0.1'
    const seed = options.seed ?? 1
    this.#up = new Direction(options.toServer, seed)
    this.#down = new Direction(options.toClient, seed + 1)
    front.on('message', (datagram, client) => this.#fromClient(datagram, client))
    front.on('error', () => {})
  }

  static async start(options: RelayOptions): Promise<UdpRelay> {
    return new UdpRelay(await bound(options.host ?? '127.0.0.1'), options)
  }

  /** Change these at will. */
  get toServer(): Impairment {
    return this.#up.settings
  }

  get toClient(): Impairment {
    return this.#down.settings
  }

  counts(): RelayCounts {
    return {
      toServer: this.#up.counts(),
      toClient: this.#down.counts(),
      initials: this.#initials,
      stale: this.#stale,
      flows: this.#flows.size,
    }
  }

  /** Gives every flow a new source port, and a new source address if one is named (any of 127.0.0.0/8 works on Linux). */
  async rebind(source = this.#source): Promise<void> {
    this.#source = source
    for (const flow of this.#flows.values()) {
      const fresh = await this.#mapping(flow)
      if (flow.upstream !== undefined) flow.retired.push(flow.upstream)
      flow.upstream = fresh
    }
  }

  /** Resolves when so many bytes of datagrams more have gone on to clients. */
  untilBytesToClient(bytes: number): Promise<void> {
    return this.#down.untilBytes(this.#down.counts().bytes + bytes)
  }

  /** The source ports the server sees now. */
  sourcePorts(): number[] {
    return [...this.#flows.values()].flatMap((flow) => flow.upstream?.address().port ?? [])
  }

  /**
   * Datagrams the kernel dropped because one of the relay's own buffers was full (Linux; 0 elsewhere). They were lost
   * as well, and an honest comparison adds them or demands none.
   */
  async kernelDrops(): Promise<number> {
    const ports = new Set([this.port])
    for (const flow of this.#flows.values()) {
      for (const socket of [flow.upstream, ...flow.retired]) {
        if (socket !== undefined) ports.add(socket.address().port)
      }
    }
    let drops = 0
    for (const table of ['/proc/net/udp', '/proc/net/udp6']) {
      const text = await readFile(table, 'utf8').catch(() => '')
      for (const line of text.split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/)
        const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
        if (ports.has(port)) drops += Number(fields.at(-1))
      }
    }
    return drops
  }

  close(): void {
    this.#up.close()
    this.#down.close()
    this.#front.close()
    for (const flow of this.#flows.values()) {
      flow.upstream?.close()
      for (const socket of flow.retired) socket.close()
    }
    this.#flows.clear()
  }

  #fromClient(datagram: Buffer, client: dgram.RemoteInfo): void {
    if (isInitial(datagram)) this.#initials++
    const key = `${client.address} ${client.port}`
    let flow = this.#flows.get(key)
    if (flow === undefined) {
      flow = { client, upstream: undefined, early: [], retired: [] }
      this.#flows.set(key, flow)
      void this.#open(flow)
    }
    const target = flow
    this.#up.pass(datagram.length, () => {
      if (target.upstream === undefined) target.early.push(datagram)
      else target.upstream.send(datagram, this.#upstreamPort, this.#upstreamHost)
    })
  }

  async #open(flow: Flow): Promise<void> {
    const socket = await this.#mapping(flow)
    flow.upstream = socket
    for (const datagram of flow.early.splice(0)) socket.send(datagram, this.#upstreamPort, this.#upstreamHost)
  }

  async #mapping(flow: Flow): Promise<dgram.Socket> {
    const socket = await bound(this.#source)
    // A server that is gone answers with ICMP; to a client behind a NAT that is silence.
    socket.on('error', () => {})
    socket.on('message', (datagram) => {
      if (flow.upstream !== socket) {
        this.#stale++
        this.#down.refuse()
        return
      }
      this.#down.pass(datagram.length, () =>
        this.#front.send(datagram, flow.client.port, flow.client.address),
      )
    })
    return socket
  }
}
