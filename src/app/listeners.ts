import type { Logger } from 'pino'
import { readCertificatePair } from '../config/certificates.ts'
import type { ListenerConfig, RoamConfig } from '../config/types.ts'
import type { Clock } from '../core/clock.ts'
import type { Events } from '../core/events.ts'
import type { Protocol } from '../core/exchange.ts'
import type { RequestHandler } from '../core/ports.ts'
import type { EngineCounters } from '../core/transport.ts'
import { altSvcValue } from '../listener/alt-svc.ts'
import type { SiteCertificate } from '../listener/certificates.ts'
import { QuicListener } from '../listener/quic/quic-listener.ts'
import { SecureContexts } from '../listener/tcp/tls.ts'
import { TcpListener } from '../listener/tcp/tcp-listener.ts'
import { engineOptions } from './engine-options.ts'

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
}

/** How often another port is drawn when the one that is free for UDP is taken for TCP. */
const PORT_DRAWS = 10

/** Every address that clients may come to. */
export class Listeners {
  readonly #parts: ListenersParts
  readonly #tcp: TcpListener[] = []
  readonly #quic: QuicListener[] = []

  constructor(parts: ListenersParts) {
    this.#parts = parts
  }

  /** Binds every address; what was bound before one that fails stays, for `close`. */
  async listen(config: RoamConfig): Promise<readonly ListeningAddress[]> {
    const addresses: ListeningAddress[] = []
    for (const listener of config.listeners) {
      const port = await this.#listenOn(listener, config)
      addresses.push({ host: listener.host, port, protocols: listener.protocols })
    }
    return addresses
  }

  get activeConnections(): Readonly<Record<Protocol, number>> {
    const counts = { 'http/1.1': 0, h2: 0, h3: 0 }
    for (const listener of this.#tcp) listener.countInto(counts)
    for (const listener of this.#quic) counts.h3 += listener.activeConnections
    return counts
  }

  get engineCounters(): EngineCounters | undefined {
    return sumCounters(this.#quic.map((listener) => listener.engine.counters()))
  }

  /** Accepts nobody new; resolves when the last connection has finished. */
  async drain(): Promise<void> {
    await Promise.all([...this.#tcp, ...this.#quic].map((listener) => listener.drain()))
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    for (const listener of this.#tcp) listener.close()
    await Promise.all(this.#quic.map((listener) => listener.close()))
  }

  /** One configured address. Port 0 draws until one is free for both transports. */
  async #listenOn(listener: ListenerConfig, config: RoamConfig): Promise<number> {
    for (let draw = 1; ; draw++) {
      const engines = this.#quic.length
      try {
        return await this.#listenOnce(listener, config)
      } catch (error) {
        const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        if (!taken || listener.port !== 0 || draw === PORT_DRAWS) throw error
        for (const engine of this.#quic.splice(engines)) await engine.close()
      }
    }
  }

  async #listenOnce(listener: ListenerConfig, config: RoamConfig): Promise<number> {
    const { handler, events, clock, log } = this.#parts
    const certificates: SiteCertificate[] = listener.certificates.map((files) => readCertificatePair(files))
    const alpn = (['h2', 'http/1.1'] as const).filter((protocol) => listener.protocols.includes(protocol))
    let { port } = listener
    // The engine binds first where there is HTTP/3: Alt-Svc must not offer a port that UDP did not get.
    const h3 = listener.protocols.includes('h3')
    if (h3) {
      const server = new QuicListener({
        host: listener.host,
        port,
        engine: engineOptions(config, certificates),
        handler,
        events,
        onFailure: (message) =>
          log.fatal({ address: `${listener.host}:${port}` }, `HTTP/3 has stopped: ${message}`),
      })
      port = server.listen()
      this.#quic.push(server)
    }
    if (alpn.length > 0) {
      const { altSvc } = listener
      const server = new TcpListener({
        host: listener.host,
        port,
        tls: certificates.length === 0 ? undefined : { contexts: new SecureContexts(certificates), alpn },
        altSvc:
          h3 && altSvc !== undefined
            ? altSvcValue(altSvc.advertisedPort ?? port, altSvc.maxAgeSeconds)
            : undefined,
        redirectToPort: listener.redirectToHttps ? httpsPort(config) : undefined,
        limits: config.limits,
        handler,
        events,
        clock,
      })
      port = await server.listen()
      this.#tcp.push(server)
    }
    return port
  }
}

/** The port of the first HTTPS listener, as clients see it. */
function httpsPort(config: RoamConfig): number | undefined {
  const https = config.listeners.find(({ certificates }) => certificates.length > 0)
  return https?.altSvc?.advertisedPort ?? https?.port
}

/** One engine a QUIC address; metrics speak of the process. Undefined where there is no QUIC at all. */
function sumCounters([first, ...others]: readonly EngineCounters[]): EngineCounters | undefined {
  if (first === undefined) return undefined
  const names = Object.keys(first) as (keyof EngineCounters)[]
  const sum = (name: keyof EngineCounters) => others.reduce((total, one) => total + one[name], first[name])
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as EngineCounters
}
