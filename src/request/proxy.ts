import type { Clock } from '../core/clock.ts'
import type { RoamError } from '../core/errors.ts'
import type { Events } from '../core/events.ts'
import { type Downstream, type DownstreamConnection, PROTOCOLS, type RawHead } from '../core/exchange.ts'
import type { RequestHandler, Site, Upstream } from '../core/ports.ts'
import { Deadlines } from './deadlines.ts'
import { Exchange } from './exchange.ts'
import { refusedRecord } from './record.ts'

/** What the one loop is made of; src/app/ puts it together. */
export interface ProxyParts {
  /** What the configuration in force makes of a request. */
  readonly site: () => Site
  readonly upstream: Upstream
  readonly requestId: () => string
  readonly events: Events
  readonly clock: Clock
}

/** Starts one Exchange per request and keeps count of them. */
export class Proxy implements RequestHandler {
  readonly #parts: ProxyParts
  readonly #deadlines: Deadlines<Exchange>
  readonly #inFlight = { 'http/1.1': 0, h2: 0, h3: 0 }
  #idle: (() => void) | undefined

  constructor(parts: ProxyParts) {
    this.#parts = parts
    this.#deadlines = new Deadlines(parts.clock)
  }

  get requestsInFlight(): Readonly<Record<'http/1.1' | 'h2' | 'h3', number>> {
    return this.#inFlight
  }

  /** Walks all that run: for scrapes, not for requests. */
  requestsOlderThan(ms: number): Readonly<Record<'http/1.1' | 'h2' | 'h3', number>> {
    const before = this.#parts.clock.now() - ms
    const counts = { 'http/1.1': 0, h2: 0, h3: 0 }
    for (const { protocol, startedAt } of this.#deadlines.watched) if (startedAt < before) counts[protocol]++
    return counts
  }

  handle(downstream: Downstream, raw: RawHead | RoamError): void {
    const { protocol } = downstream.connection
    this.#inFlight[protocol]++
    const exchange = new Exchange(this.#parts, downstream, raw, (record) => {
      this.#inFlight[protocol]--
      this.#deadlines.unwatch(exchange)
      this.#parts.events.emit('request:end', record)
      if (this.#idle !== undefined && this.#isIdle()) this.#idle()
    })
    this.#deadlines.watch(exchange)
    exchange.start()
  }

  refused(connection: DownstreamConnection, error: RoamError): string {
    const id = this.#parts.requestId()
    this.#parts.events.emit('request:end', refusedRecord(id, connection, error))
    return id
  }

  /** Resolves once no request is in flight. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#idle = () => resolve(undefined)
    await promise
  }

  /** Ends what is still running; returns how many that were. */
  cutAll(): number {
    const running = [...this.#deadlines.watched]
    for (const exchange of running) exchange.cut()
    return running.length
  }

  close(): void {
    this.#deadlines.stop()
  }

  #isIdle(): boolean {
    return PROTOCOLS.every((protocol) => this.#inFlight[protocol] === 0)
  }
}
