/** A Proxy between scripted stages: a test says what pool and backend do, and sees what the client gets. */
import { createEvents, type RequestRecord } from '../../../src/core/events.ts'
import type { Downstream, DownstreamHandler, Fields, RequestHead } from '../../../src/core/exchange.ts'
import type {
  BackendView,
  Lease,
  Pool,
  Route,
  RouteTimeouts,
  Site,
  UpstreamAttempt,
  UpstreamHandler,
  UpstreamRequest,
  Wish,
} from '../../../src/core/ports.ts'
import type { RoamError } from '../../../src/core/errors.ts'
import { PushedBody } from '../../../src/listener/request-body.ts'
import { Proxy } from '../../../src/request/proxy.ts'
import { FakeClock } from '../../support/virtual-time.ts'

export interface Asked {
  readonly wish: Wish
  readonly settle: (outcome: Lease | RoamError) => void
  cancelled: boolean
}

export interface Sent {
  readonly backend: BackendView
  readonly request: UpstreamRequest
  readonly handler: UpstreamHandler
  cancelled: boolean
}

export interface Options {
  readonly method?: string
  readonly body?: boolean
  readonly expectsContinue?: boolean
  readonly timeouts?: Partial<RouteTimeouts>
  readonly maxRetries?: number
  /** Called before the head of an answer goes out. */
  readonly onRespond?: () => void
  /** Throws when a request is to be sent: a defect. */
  readonly upstreamThrows?: boolean
}

const NO_RULES = { remove: [], set: [], add: [] }

/** One request, begun. */
export function begin(options: Options = {}) {
  const clock = new FakeClock()
  const asked: Asked[] = []
  const sent: Sent[] = []
  const records: RequestRecord[] = []
  /** What the client got, in words. */
  const client: string[] = []
  const pool = {
    retries: { attempts: options.maxRetries ?? 1, budget: { deposit() {}, withdraw: () => true } },
    hostHeader: 'preserve',
    withoutOwnCookie: (fields: Fields) => fields,
    retryAfterSeconds: () => 7,
    acquire(wish, settle) {
      const one: Asked = { wish, settle, cancelled: false }
      asked.push(one)
      return { cancel: () => void (one.cancelled = true) }
    },
  } satisfies Partial<Pool> as unknown as Pool
  const route: Route = {
    pool,
    timeouts: { firstByteMs: 1000, idleMs: 1000, totalMs: undefined, ...options.timeouts },
    maxBodyBytes: undefined,
    routeClass: undefined,
    requestHeaders: NO_RULES,
    responseHeaders: NO_RULES,
  }
  const head: RequestHead = {
    method: options.method ?? 'GET',
    scheme: 'https',
    authority: 'a.test',
    target: '/',
    path: '/',
    fields: [],
    contentLength: undefined,
    hasBody: options.body ?? false,
    expectsContinue: options.expectsContinue ?? false,
  }
  const site: Site = {
    admit: () => head,
    local: () => undefined,
    route: () => route,
    classify: () => 'page',
    forward: () => ['host', 'a.test'],
    inheritedId: () => undefined,
    limits: { bodyIdleTimeoutMs: 3000, writeStallTimeoutMs: 4000 },
  }
  const events = createEvents()
  events.on('request:end', (record) => records.push(record))
  const upstream = {
    send(backend: BackendView, request: UpstreamRequest, handler: UpstreamHandler): UpstreamAttempt {
      if (options.upstreamThrows === true) throw new TypeError('a defect')
      const one: Sent = { backend, request, handler, cancelled: false }
      sent.push(one)
      return { resume() {}, cancel: () => void (one.cancelled = true) }
    },
    connections: () => ({ active: 0, idle: 0, pending: 0 }),
    forget() {},
    close: () => Promise.resolve(),
  }
  let listener: DownstreamHandler | undefined
  const body = options.body === true ? new PushedBody({ resume() {}, pause() {}, discard() {} }) : undefined
  const downstream: Downstream = {
    connection: {
      protocol: 'h2',
      remoteAddress: '192.0.2.1',
      remotePort: 1,
      localPort: 2,
      encrypted: true,
      migrations: 0,
    },
    body,
    listen: (handler) => void (listener = handler),
    distrust() {},
    inform: (status) => void client.push(`inform ${status}`),
    respond: (status, fields) => {
      options.onRespond?.()
      const at = fields.indexOf('retry-after')
      client.push(at === -1 ? `respond ${status}` : `respond ${status}, retry after ${fields[at + 1]}`)
    },
    write: () => true,
    end: () => void client.push('end'),
    abort: (error) => void client.push(`abort ${error.code}`),
  }
  const proxy = new Proxy({ site: () => site, upstream, requestId: () => 'id', events, clock })
  proxy.handle(downstream, { ...head, scheme: 'https', version: '2' })
  return { clock, asked, sent, records, client, body, downstreamHandler: listener!, proxy }
}

/** A claim on a backend; `log` gets what becomes of it. */
export function lease(id: string, log: string[] = []): Lease {
  return {
    backend: { id, url: new URL(`http://${id}.test`) } as BackendView,
    responseFields: [],
    answered: (status) => void log.push(`answered ${status}`),
    failed: (error) => void log.push(`failed ${error.code}`),
    release: () => void log.push('released'),
  }
}
