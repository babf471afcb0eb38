import type { Logger } from 'pino'
import { type CertificatePair, readCertificatePair } from '../config/certificates.ts'
import type { ListenerConfig, RoamConfig } from '../config/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { Protocol } from '../core/exchange.ts'
import type { ConnectionView, RequestHandler } from '../core/ports.ts'
import type { EngineCounters } from '../core/transport.ts'
import { altSvcValue } from '../listener/alt-svc.ts'
import { QuicListener } from '../listener/quic/quic-listener.ts'
import { SecureContexts } from '../listener/tcp/tls.ts'
import { TcpListener, type TcpService } from '../listener/tcp/tcp-listener.ts'
import type { EstateSocket } from '../takeover/estate.ts'
import type { Inheritance } from '../takeover/inheritance.ts'
import { EngineSum } from './engine-counters.ts'
import { engineOptions } from './engine-options.ts'
import { quicEstate, tcpEstate } from './estate.ts'
import { type Change, ReloadRefused } from './reload.ts'
import type { Secrets } from './secrets.ts'

/** Where a listener really listens (port 0 is resolved). */
export interface ListeningAddress {
  readonly host: string
  readonly port: number
  readonly protocols: readonly Protocol[]
}

export interface ListenersParts {
  readonly handler: RequestHandler
  readonly events: Events
  readonly clock: Clock
  readonly log: Logger
  readonly secrets: Secrets
  /** See AppDependencies. */
  readonly generation: number
}

/** One configured address and what serves it. */
interface Entry {
  readonly key: string
  readonly port: number
  readonly protocols: readonly Protocol[]
  readonly certificates: readonly CertificatePair[]
  readonly quic: QuicListener | undefined
  readonly tcp: TcpListener | undefined
  readonly service: TcpService
}

/** How often another port is drawn when the one that is free for UDP is taken for TCP. */
const PORT_DRAWS = 10

/** Every address that clients may come to. */
export class Listeners {
  readonly #parts: ListenersParts
  #entries: readonly Entry[] = []
  /** Out of the configuration, and still busy with who came before. */
  readonly #leaving = new Set<TcpListener | QuicListener>()
  readonly #engines = new EngineSum()

  constructor(parts: ListenersParts) {
    this.#parts = parts
  }

  /** Every configured address, in the order of the configuration. */
  get addresses(): readonly ListeningAddress[] {
    return this.#entries.map(({ key, port, protocols }) => ({ host: hostOf(key), port, protocols }))
  }

  /** Each once, in the order of the configuration. */
  get certificates(): readonly CertificatePair[] {
    const all = this.#entries.flatMap(({ certificates }) => certificates)
    return [...new Map(all.map((pair) => [pair.files.cert, pair])).values()]
  }

  get activeConnections(): Readonly<Record<Protocol, number>> {
    const counts = { 'http/1.1': 0, h2: 0, h3: 0 }
    for (const listener of this.#listeners) {
      if (listener instanceof TcpListener) listener.countInto(counts)
      else counts.h3 += listener.activeConnections
    }
    return counts
  }

  /** Oldest first. */
  connections(offset: number, limit: number): { total: number; connections: ConnectionView[] } {
    const all = this.#listeners.flatMap((listener) => [...listener.connections])
    const page = all.toSorted((a, b) => Number(a.id) - Number(b.id)).slice(offset, offset + limit)
    const now = this.#parts.clock.now()
    return { total: all.length, connections: page.map((connection) => connection.view(now)) }
  }

  get engineCounters(): EngineCounters | undefined {
    return this.#engines.sum(this.#listeners.filter((listener) => listener instanceof QuicListener))
  }

  /**
   * Gets everything that could fail: reads certificates and binds new addresses. Rejects, with nothing changed, with a
   * CertificateError or the system's error. A new address may serve a connection by the old routes until `commit`; what
   * is inherited serves nobody before `begin`.
   */
  async prepare(config: RoamConfig, inheritance?: Inheritance): Promise<Change> {
    const before = new Map(this.#entries.map((entry) => [entry.key, entry]))
    const drafts = keyed(config.listeners).map(({ key, listener }) => {
      const certificates = listener.certificates.map((files) => readCertificatePair(files))
      const contexts =
        certificates.length === 0 ? undefined : new SecureContexts(certificates, this.#parts.secrets.tickets)
      return { key, listener, certificates, contexts, old: before.get(key), inheritance }
    })
    const entries: Entry[] = []
    const bound: (TcpListener | QuicListener)[] = []
    const abandon = async () => {
      await Promise.all(bound.map(async (listener) => listener.close()))
    }
    try {
      for (const draft of drafts) entries.push(await this.#bind(draft, config, bound))
    } catch (error) {
      await abandon()
      throw error
    }
    return { commit: () => this.#exchange(entries, config.drainTimeoutMs), abandon }
  }

  /** Serves at inherited addresses; `young`: see Inheritance.claim. */
  async begin(young: (key: string) => string): Promise<void> {
    for (const { key, quic } of this.#entries) quic?.begin(young(key))
    await Promise.all(this.#entries.map(async ({ tcp }) => tcp?.begin()))
  }

  /** What a successor may take over. */
  get estate(): readonly EstateSocket[] {
    return this.#entries.flatMap(({ key, port, tcp, quic }) => [
      ...(quic === undefined ? [] : [quicEstate(key, port, quic.engine)]),
      ...(tcp === undefined ? [] : [tcpEstate(key, port, tcp)]),
    ])
  }

  /** Accepts nobody new; resolves when the last connection has finished. */
  async drain(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.drain()))
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await Promise.all(this.#listeners.map(async (listener) => listener.close()))
  }

  get #listeners(): (TcpListener | QuicListener)[] {
    const current = this.#entries.flatMap(({ tcp, quic }) => [tcp, quic])
    return [...current.filter((listener) => listener !== undefined), ...this.#leaving]
  }

  /** One configured address. Port 0 draws until one is free for both transports. */
  async #bind(draft: Draft, config: RoamConfig, bound: (TcpListener | QuicListener)[]): Promise<Entry> {
    for (let draw = 1; ; draw++) {
      const before = bound.length
      try {
        return await this.#bindOnce(draft, config, bound)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
        const { host, port } = draft.listener
        if (port !== 0 && this.#entries.some((entry) => entry.port === port && entry !== draft.old)) {
          const what = `listener ${host}:${port} overlaps one of the configuration in force`
          throw new ReloadRefused(`${what}; take that one out, reload, and put this one in`)
        }
        if (port !== 0 || draft.old !== undefined || draw === PORT_DRAWS) throw error
        for (const listener of bound.splice(before)) await listener.close()
      }
    }
  }

  /** What is bound already stays as it is. */
  async #bindOnce(draft: Draft, config: RoamConfig, bound: (TcpListener | QuicListener)[]): Promise<Entry> {
    const { handler, events, clock, log, secrets, generation } = this.#parts
    const { key, listener, certificates, contexts, old, inheritance } = draft
    const { host, protocols, altSvc } = listener
    const alpn = (['h2', 'http/1.1'] as const).filter((protocol) => protocols.includes(protocol))
    const udp = protocols.includes('h3') ? inheritance?.udp(key) : undefined
    const inherited = alpn.length > 0 ? inheritance?.tcp(key) : undefined
    let port = old?.port ?? udp?.port ?? inherited?.port ?? listener.port
    let quic = protocols.includes('h3') ? old?.quic : undefined
    // The engine binds first where there is HTTP/3: Alt-Svc must not offer a port that UDP did not get.
    if (protocols.includes('h3') && quic === undefined) {
      quic = new QuicListener({
        host,
        port,
        engine: engineOptions(config, certificates, secrets.quic, generation),
        handler,
        events,
        clock,
        onFailure: (message) => log.fatal({ address: `${host}:${port}` }, `HTTP/3 has stopped: ${message}`),
      })
      port = quic.listen(udp?.socket)
      bound.push(quic)
    }
    const service = (): TcpService => ({
      tls: contexts && { contexts, alpn },
      altSvc:
        quic !== undefined && altSvc !== undefined
          ? altSvcValue(altSvc.advertisedPort ?? port, altSvc.maxAgeSeconds)
          : undefined,
      redirectToPort: listener.redirectToHttps ? httpsPort(config) : undefined,
      limits: config.limits,
    })
    let tcp = alpn.length > 0 ? old?.tcp : undefined
    if (alpn.length > 0 && tcp === undefined) {
      tcp = new TcpListener({ host, port, service: service(), handler, events, clock })
      port = await tcp.listen(inherited)
      bound.push(tcp)
    }
    return { key, port, protocols, certificates, quic, tcp, service: service() }
  }

  #exchange(entries: readonly Entry[], drainTimeoutMs: number): void {
    const before = this.#listeners
    this.#giveCertificates(entries)
    for (const { tcp, service } of entries) tcp?.serve(service)
    this.#entries = entries
    const now = new Set(this.#listeners)
    for (const listener of before) if (!now.has(listener)) void this.#leave(listener, drainTimeoutMs)
  }

  /** To every engine, or, if one of them does not take its own, to none. */
  #giveCertificates(entries: readonly Entry[]): void {
    const done: QuicListener[] = []
    try {
      for (const { quic, certificates } of entries) {
        quic?.setCertificates(certificates)
        if (quic !== undefined) done.push(quic)
      }
    } catch (error) {
      for (const { quic, certificates } of this.#entries)
        if (quic !== undefined && done.includes(quic)) quic.setCertificates(certificates)
      throw error
    }
  }

  async #leave(listener: TcpListener | QuicListener, drainTimeoutMs: number): Promise<void> {
    this.#leaving.add(listener)
    const { promise: late, resolve } = Promise.withResolvers<undefined>()
    const cancel = this.#parts.clock.after(drainTimeoutMs, () => resolve(undefined))
    await Promise.race([listener.drain(), late])
    cancel()
    this.#leaving.delete(listener)
    if (listener instanceof QuicListener) this.#engines.keep(listener)
    await listener.close()
  }
}

interface Draft {
  readonly key: string
  readonly listener: ListenerConfig
  readonly certificates: readonly CertificatePair[]
  readonly contexts: SecureContexts | undefined
  readonly old: Entry | undefined
  readonly inheritance: Inheritance | undefined
}

/** Listeners by their configured address; several with port 0 are told apart by their order. */
function keyed(listeners: readonly ListenerConfig[]): { key: string; listener: ListenerConfig }[] {
  const seen = new Map<string, number>()
  return listeners.map((listener) => {
    const address = `${listener.host} ${listener.port}`
    const nth = (seen.get(address) ?? 0) + 1
    seen.set(address, nth)
    return { key: `${address} ${nth}`, listener }
  })
}

function hostOf(key: string): string {
  return key.slice(0, key.indexOf(' '))
}

/** The port of the first HTTPS listener, as clients see it. */
function httpsPort(config: RoamConfig): number | undefined {
  const https = config.listeners.find(({ certificates }) => certificates.length > 0)
  return https?.altSvc?.advertisedPort ?? https?.port
}
