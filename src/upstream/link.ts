import { isIP } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import type { Clock } from '../core/clock.ts'
import type { BackendConnections, BackendView, UpstreamSettings } from '../core/ports.ts'
import { Addresses, type Resolve } from './addresses.ts'
import { connectorFor, hostOf, tlsName } from './connector.ts'

/** The longest response head a backend may send. */
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024
/** Shorter than the idle time of Apache (5 s) and nginx (75 s), so that we, not they, close an idle connection. */
const KEEP_ALIVE_MS = 4_000

export interface LinkParts {
  readonly clock: Clock
  readonly resolve: Resolve
  /** The name of a backend leads to other addresses than before. */
  readonly resolved: (backendId: string, addresses: readonly string[]) => void
}

/** The connections to one backend over HTTP/1.1: backends that do not trust one another share nothing. */
export class Link {
  readonly #backend: BackendView
  readonly #parts: LinkParts
  /** Connections that no new request goes to; each pool leaves when it has finished. */
  readonly #leaving = new Set<Pool>()
  #settings: UpstreamSettings | undefined
  #addresses: Addresses | undefined
  #pool: Pool | undefined
  #tlsName = ''

  constructor(backend: BackendView, parts: LinkParts) {
    this.#backend = backend
    this.#parts = parts
  }

  dispatch(options: Omit<Dispatcher.DispatchOptions, 'origin'>, handler: Dispatcher.DispatchHandler): void {
    if (this.#settings !== this.#backend.upstream) this.#restart()
    this.#pool ??= this.#connect()
    // undici's types leave `servername` out; a connection that was made for another name would be closed.
    const named = { ...options, servername: this.#tlsName }
    this.#pool.dispatch(named, handler)
  }

  get connections(): BackendConnections {
    const pools = [...this.#leaving, ...(this.#pool === undefined ? [] : [this.#pool])]
    const sum = (of: 'running' | 'free' | 'pending') =>
      pools.reduce((total, { stats }) => total + stats[of], 0)
    return { active: sum('running'), idle: sum('free'), pending: sum('pending') }
  }

  /** No new requests; resolves when those that run have finished. */
  async leave(): Promise<void> {
    this.#addresses?.close()
    this.#retire()
    await Promise.all([...this.#leaving].map((pool) => pool.close().catch(() => {})))
  }

  /** Cuts what runs. */
  async destroy(): Promise<void> {
    this.#addresses?.close()
    this.#retire()
    await Promise.all([...this.#leaving].map((pool) => pool.destroy()))
  }

  /** The backend is to be reached in another way than until now. */
  #restart(): void {
    const { id, url, upstream } = this.#backend
    this.#retire()
    this.#addresses?.close()
    this.#settings = upstream
    this.#tlsName = tlsName(this.#backend)
    const isName = isIP(hostOf(url)) === 0
    this.#addresses = isName
      ? new Addresses(url.hostname, {
          ...this.#parts,
          refreshMs: upstream.dnsRefreshMs,
          changed: (addresses) => {
            this.#retire()
            this.#parts.resolved(id, addresses)
          },
        })
      : undefined
  }

  #retire(): void {
    const pool = this.#pool
    this.#pool = undefined
    if (pool === undefined) return
    this.#leaving.add(pool)
    void pool.close().finally(() => this.#leaving.delete(pool))
  }

  #connect(): Pool {
    return new Pool(this.#backend.url.origin, {
      connections: this.#backend.upstream.maxConnections,
      // HTTP/2 to backends needs tests of its own before it is offered; undici 8 would turn it on by itself.
      allowH2: false,
      pipelining: 1,
      connect: connectorFor(this.#backend, this.#addresses?.lookup),
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      // The deadlines are the proxy's (request/deadlines.ts), one for all protocols and phases.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }
}
