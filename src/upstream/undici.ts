import { type Dispatcher, Pool } from 'undici'
import { RoamError } from '../core/errors.ts'
import type {
  BackendConnections,
  BackendView,
  Upstream,
  UpstreamAttempt,
  UpstreamHandler,
  UpstreamRequest,
} from '../core/ports.ts'
import { type AttemptPhase, translateError } from './errors.ts'
import { UpstreamBody } from './request-body.ts'

/** The longest response head a backend may send. */
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024
/** Shorter than the idle time of Apache (5 s) and nginx (75 s), so that we, not they, close an idle connection. */
const KEEP_ALIVE_MS = 4_000

/** Connections to backends over HTTP/1.1, one undici pool each: backends that do not trust one another share nothing. */
export function createUpstream(): Upstream {
  const pools = new Map<string, Pool>()

  const poolOf = (backend: BackendView): Pool => {
    let pool = pools.get(backend.id)
    if (pool === undefined) {
      pool = new Pool(backend.url.origin, {
        connections: backend.upstream.maxConnections,
        // HTTP/2 to backends needs tests of its own before it is offered; undici 8 would turn it on by itself.
        allowH2: false,
        pipelining: 1,
        connect: { timeout: backend.upstream.connectTimeoutMs },
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
        // The deadlines are the proxy's (request/deadlines.ts), one for all protocols and phases.
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      pools.set(backend.id, pool)
    }
    return pool
  }

  return {
    send(backend, request, handler) {
      const attempt = new Attempt(backend, request.body, handler)
      try {
        poolOf(backend).dispatch(
          {
            path: request.target,
            method: request.method,
            headers: headersOf(request),
            body: attempt.body,
          },
          attempt,
        )
      } catch (error) {
        // undici checks some arguments before it queues; answer later, as every other failure does.
        queueMicrotask(() => attempt.onResponseError(undefined, error))
      }
      return attempt
    },
    connections(backend): BackendConnections {
      const stats = pools.get(backend.id)?.stats
      if (stats === undefined) return { active: 0, idle: 0, pending: 0 }
      return { active: stats.running, idle: stats.free, pending: stats.pending }
    },
    forget(backend) {
      const pool = pools.get(backend.id)
      pools.delete(backend.id)
      void pool?.close()
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
    },
  }
}

class Attempt implements UpstreamAttempt, Dispatcher.DispatchHandler {
  readonly body: UpstreamBody | null
  readonly #backend: BackendView
  readonly #handler: UpstreamHandler
  #controller: Dispatcher.DispatchController | undefined
  #phase: AttemptPhase = 'connecting'
  #over = false

  constructor(backend: BackendView, body: UpstreamRequest['body'], handler: UpstreamHandler) {
    this.#backend = backend
    this.#handler = handler
    this.body = body === undefined ? null : new UpstreamBody(body)
  }

  resume(): void {
    this.#controller?.resume()
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#controller?.abort(new RoamError('CLIENT_GONE', 'attempt cancelled'))
    this.body?.destroy()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(new RoamError('CLIENT_GONE', 'attempt cancelled'))
    else this.#phase = 'waiting'
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#over) return
    const fields = flatten(headers)
    if (status < 200) {
      this.#handler.onInform(status, fields)
      return
    }
    this.#phase = 'receiving'
    this.#handler.onHead(status, fields)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return
    if (!this.#handler.onData(chunk)) controller.pause()
  }

  onResponseEnd(
    _controller: Dispatcher.DispatchController,
    trailers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#over) return
    this.#over = true
    this.#handler.onEnd(flatten(trailers))
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#over) return
    this.#over = true
    this.body?.destroy()
    this.#handler.onError(
      translateError(error, this.#phase, `backend ${this.#backend.id} (${this.#backend.url.origin})`),
    )
  }
}

/** undici checks a body against the length it is told, and uses chunks where it is told none. */
function headersOf({ fields, contentLength }: UpstreamRequest): string[] {
  return contentLength === undefined
    ? (fields as string[])
    : [...fields, 'content-length', String(contentLength)]
}

function flatten(headers: Record<string, string | string[] | undefined>): string[] {
  const fields: string[] = []
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') fields.push(name, value)
    else if (value !== undefined) for (const one of value) fields.push(name, one)
  }
  return fields
}
