/**
 * One request from its head to its end. docs/ARCHITECTURE.md draws the way; the methods stand in its order:
 * start → admit → local answer or route → attempt (choose, send) → head → body → end, and back from a failed attempt to
 * the next one. Whatever goes wrong, `#finish` runs exactly once and closes the record that telemetry counts.
 */
import { type ErrorCode, RoamError } from '../core/errors.ts'
import type { BackendErrorStage, RequestRecord, RouteClass } from '../core/events.ts'
import type {
  Downstream,
  DownstreamHandler,
  Fields,
  Protocol,
  RawHead,
  RequestHead,
} from '../core/exchange.ts'
import type { Lease, Pool, Route, Site, UpstreamAttempt, UpstreamHandler, Wait } from '../core/ports.ts'
import { errorAnswer } from '../http/error-page.ts'
import { cleanResponse, cleanTrailers } from '../http/response.ts'
import type { Watched } from './deadlines.ts'
import type { ProxyParts } from './proxy.ts'
import { mayRetry } from './retry.ts'

/** Where an upstream failure struck, for `backend:error`. */
const STAGES: Partial<Record<ErrorCode, BackendErrorStage>> = {
  UPSTREAM_REFUSED: 'connect',
  UPSTREAM_CONNECT_TIMEOUT: 'connect',
  UPSTREAM_TLS: 'tls',
  UPSTREAM_RESET: 'read',
  UPSTREAM_PROTOCOL: 'read',
  UPSTREAM_TRUNCATED: 'read',
  UPSTREAM_TIMEOUT: 'timeout',
}

const CONTINUE = 100
const SWITCHING_PROTOCOLS = 101

export class Exchange implements DownstreamHandler, UpstreamHandler, Watched {
  readonly #parts: ProxyParts
  readonly #site: Site
  readonly #downstream: Downstream
  readonly #raw: RawHead | RoamError
  readonly #onFinish: (record: RequestRecord) => void
  #id: string
  /** By the clock of the parts. */
  readonly startedAt: number

  #head: RequestHead | undefined
  #route: Route | undefined
  #routeClass: RouteClass = 'other'
  #local = false
  #fields: Fields = []

  #lease: Lease | undefined
  #attempt: UpstreamAttempt | undefined
  #attempts = 0
  #tried: Set<string> | undefined
  #attemptStartedAt = 0
  /** A place in the pool's queue. */
  #wait: Wait | undefined
  #queuedAt = 0
  #queuedMs = 0
  /** True from an attempt's start until its answer or failure. */
  #waiting = false
  /** Milliseconds that all attempts together waited. */
  #waitedMs = 0

  #status = 0
  #firstByteAt: number | undefined
  #answered = false
  /** The client has all it will get; the backend may still be talking. */
  #ended = false
  #responseBytes = 0
  /** Bytes the backend announced and has not sent; undefined where it announced none. */
  #remaining: number | undefined
  /** Last sign of life from the backend, or from the client's body while the backend waits for it. */
  #progressAt = 0
  #seenBodyBytes = 0
  #stalledAt: number | undefined
  /** Why the attempt before this one failed. */
  #lastFailure: RoamError | undefined
  /** Why the request failed; undefined while it has not. */
  #error: RoamError | undefined
  #finished = false

  constructor(
    parts: ProxyParts,
    downstream: Downstream,
    raw: RawHead | RoamError,
    onFinish: (record: RequestRecord) => void,
  ) {
    this.#parts = parts
    this.#site = parts.site()
    this.#downstream = downstream
    this.#raw = raw
    this.#onFinish = onFinish
    this.#id = parts.requestId()
    this.startedAt = parts.clock.now()
  }

  get id(): string {
    return this.#id
  }

  get protocol(): Protocol {
    return this.#downstream.connection.protocol
  }

  start(): void {
    this.#downstream.listen(this)
    this.#parts.events.emit('request:start', { protocol: this.protocol })
    try {
      this.#admit()
    } catch (error) {
      this.#fail(this.#asRoamError(error))
    }
  }

  #admit(): void {
    if (this.#raw instanceof RoamError) throw this.#raw
    const head = this.#site.admit(this.#raw)
    this.#head = head
    this.#id = this.#site.inheritedId(head, this.#downstream.connection) ?? this.#id
    this.#routeClass = this.#site.classify(head)
    const local = this.#site.local(head, this.#downstream)
    if (local !== undefined) {
      this.#local = true
      this.#routeClass = 'other'
      local.then(
        ({ status, fields, body }) => this.#answer(status, fields, body),
        (error: unknown) => this.#fail(this.#asRoamError(error)),
      )
      return
    }
    const route = this.#site.route(head)
    if (route === undefined)
      throw new RoamError('NO_ROUTE', `no route matches ${head.authority}; see routes in the configuration`)
    this.#route = route
    this.#routeClass = route.routeClass ?? this.#routeClass
    const { redirectToPort } = this.#downstream.connection
    if (redirectToPort !== undefined) {
      this.#answer(308, ['location', httpsUrl(head, redirectToPort), 'content-length', '0'], Buffer.alloc(0))
      return
    }
    if (this.#early && !isSafeEarly(head))
      throw new RoamError(
        'TOO_EARLY',
        'only GET and HEAD without body and cookies are served from early data',
      )
    if (head.contentLength !== undefined && head.contentLength > (route.maxBodyBytes ?? Infinity))
      throw new RoamError(
        'BODY_TOO_LARGE',
        `body of ${head.contentLength} bytes exceeds maxBody of the route`,
      )
    if (route.maxBodyBytes !== undefined && this.#downstream.body !== undefined)
      this.#downstream.body.maxBytes = route.maxBodyBytes
    if (head.expectsContinue) this.#downstream.inform(CONTINUE, [])
    const fields = this.#site.forward(head, this.#downstream.connection, this.#id)
    this.#fields = this.#early ? [...fields, 'early-data', '1'] : fields
    route.pool.retries.budget.deposit()
    this.#tryBackend(head, route)
  }

  #tryBackend(head: RequestHead, route: Route): void {
    const { connection } = this.#downstream
    this.#queuedAt = this.#parts.clock.now()
    this.#wait = route.pool.acquire({ head, connection, tried: this.#tried }, (outcome) => {
      this.#wait = undefined
      this.#queuedMs += this.#parts.clock.now() - this.#queuedAt
      if (outcome instanceof RoamError) this.#fail(this.#lastFailure ?? outcome)
      else this.#send(head, route, outcome)
    })
  }

  #send(head: RequestHead, route: Route, lease: Lease): void {
    this.#lease = lease
    this.#downstream.connection.backendId = lease.backend.id
    if (this.#attempts > 0) this.#parts.events.emit('backend:retry', { backendId: lease.backend.id })
    this.#attempts++
    this.#attemptStartedAt = this.#progressAt = this.#parts.clock.now()
    this.#waiting = true
    this.#attempt = this.#parts.upstream.send(
      lease.backend,
      {
        method: head.method,
        target: head.target,
        fields: withHost(this.#fields, route.pool.hostHeader, lease.backend.url),
        body: this.#downstream.body,
        contentLength: head.contentLength,
      },
      this,
    )
  }

  onInform(status: number, fields: Fields): void {
    // 100 was ours to send, and no upgrade was asked for.
    if (this.#answered || status === CONTINUE || status === SWITCHING_PROTOCOLS) return
    this.#downstream.inform(status, cleanResponse(this.#head!.method, status, fields).fields)
  }

  onHead(status: number, fields: Fields): void {
    const lease = this.#lease!
    const now = (this.#progressAt = this.#parts.clock.now())
    this.#stopWaiting(now)
    this.#parts.events.emit('backend:response', {
      backendId: lease.backend.id,
      seconds: (now - this.#attemptStartedAt) / 1000,
    })
    let clean
    try {
      clean = cleanResponse(this.#head!.method, status, fields)
    } catch (error) {
      this.#attempt!.cancel()
      this.onError(this.#asRoamError(error))
      return
    }
    lease.answered(status)
    this.#answered = true
    this.#status = status
    this.#remaining = clean.contentLength
    this.#ended = !clean.hasBody
    const { responseFields } = lease
    const answer = responseFields.length === 0 ? clean.fields : [...clean.fields, ...responseFields]
    this.#downstream.respond(status, answer, this.#ended)
    this.#firstByteAt = this.#parts.clock.now()
  }

  /** From here on time is Roam's own again. */
  #stopWaiting(now: number): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#waitedMs += now - this.#attemptStartedAt
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended) return true
    this.#progressAt = this.#parts.clock.now()
    this.#responseBytes += chunk.length
    if (this.#remaining !== undefined) {
      this.#remaining -= chunk.length
      if (this.#remaining === 0) {
        // Head, body and end in one go: one packet instead of two for most pages.
        this.#ended = true
        this.#downstream.end(chunk, [])
        return true
      }
    }
    if (this.#downstream.write(chunk)) return true
    this.#stalledAt = this.#progressAt
    return false
  }

  onEnd(trailers: Fields): void {
    if (!this.#ended) {
      this.#ended = true
      this.#downstream.end(undefined, cleanTrailers(trailers))
    }
    this.#finish()
  }

  onError(error: RoamError): void {
    const lease = this.#lease!
    if (this.#ended) {
      // The client has its whole answer; what happened after it is between us and the backend.
      this.#finish()
      return
    }
    this.#stopWaiting(this.#parts.clock.now())
    const stage = STAGES[error.code]
    if (stage !== undefined) {
      lease.failed(error)
      this.#parts.events.emit('backend:error', { backendId: lease.backend.id, stage })
    }
    if (this.#retry(error)) return
    this.#fail(error)
  }

  /** True: another backend was asked. */
  #retry(error: RoamError): boolean {
    const route = this.#route!
    const wanted = mayRetry({
      error,
      method: this.#head!.method,
      attempts: this.#attempts,
      maxRetries: route.pool.retries.attempts,
      bodyTouched: this.#downstream.body?.started ?? false,
      answered: this.#answered,
    })
    if (!wanted) return false
    // A connection that was refused cost the pool nothing: the budget is there to bound work that is done twice.
    if (error.facts.retry !== 'safe' && !route.pool.retries.budget.withdraw()) return false
    const lease = this.#lease!
    lease.release()
    this.#tried ??= new Set()
    this.#tried.add(lease.backend.id)
    this.#lastFailure = error
    this.#tryBackend(this.#head!, route)
    return true
  }

  onAbort(error: RoamError): void {
    if (this.#finished) return
    this.#error = error
    this.#wait?.cancel()
    this.#attempt?.cancel()
    this.#finish()
  }

  onDrain(): void {
    this.#stalledAt = undefined
    // Time spent waiting for the client is not the backend's.
    this.#progressAt = this.#parts.clock.now()
    this.#attempt?.resume()
  }

  /** Deadlines; see request/deadlines.ts. */
  check(now: number): void {
    const body = this.#downstream.body
    if (body !== undefined && body.bytes !== this.#seenBodyBytes) {
      this.#seenBodyBytes = body.bytes
      this.#progressAt = now
    }
    if (this.#lease === undefined || this.#ended) return
    const silent = now - this.#progressAt
    const { limits } = this.#site
    const { timeouts } = this.#route!
    if (this.#stalledAt !== undefined) {
      if (now - this.#stalledAt > limits.writeStallTimeoutMs)
        this.#giveUp(new RoamError('CLIENT_GONE', 'client took nothing of its response for too long'))
    } else if (body !== undefined && body.waiting && !body.ended) {
      if (silent > limits.bodyIdleTimeoutMs)
        this.#giveUp(new RoamError('REQUEST_TIMEOUT', 'client stopped sending its request body'))
    } else if (silent > (this.#answered ? timeouts.idleMs : timeouts.firstByteMs)) {
      const waited = this.#answered ? 'went silent during its response' : 'sent no response'
      this.#giveUp(
        new RoamError(
          'UPSTREAM_TIMEOUT',
          `backend ${this.#lease.backend.id} ${waited} for ${Math.round(silent / 1000)} s`,
        ),
      )
    }
  }

  #giveUp(error: RoamError): void {
    this.#attempt!.cancel()
    this.onError(error)
  }

  /** Roam cannot wait for this one any longer: 503, or a visible cut. */
  cut(): void {
    if (this.#ended) return
    this.#wait?.cancel()
    this.#attempt?.cancel()
    this.#stopWaiting(this.#parts.clock.now())
    this.#fail(new RoamError('DRAINING', 'Roam shut down before the request had finished'))
  }

  /** Roam's own answer, whole. */
  #answer(status: number, fields: Fields, body: Buffer): void {
    if (this.#finished) return
    this.#answered = this.#ended = true
    this.#status = status
    const bodyless = this.#method === 'HEAD' || body.length === 0
    this.#downstream.respond(status, fields, bodyless)
    this.#firstByteAt = this.#parts.clock.now()
    if (!bodyless) {
      this.#responseBytes = body.length
      this.#downstream.end(body, [])
    }
    this.#finish()
  }

  #fail(error: RoamError): void {
    if (this.#finished) return
    this.#error = error
    if (this.#answered) {
      this.#downstream.abort(error)
      this.#finish()
      return
    }
    if (error.facts.source === 'downstream') this.#downstream.distrust()
    const retryAfter = error.facts.status === 503 ? this.#route?.pool.retryAfterSeconds() : undefined
    const { fields, body } = errorAnswer(error, this.#id, retryAfter, this.#accept)
    this.#answer(error.facts.status, fields, body)
  }

  /** Anything but a RoamError in the request path is a defect of ours. */
  #asRoamError(error: unknown): RoamError {
    if (error instanceof RoamError) return error
    this.#parts.events.emit('request:defect', { id: this.#id, error })
    return new RoamError('INTERNAL', 'a defect in Roam; the log has the details', { cause: error })
  }

  get #accept(): string | undefined {
    const fields = this.#head?.fields ?? []
    const at = fields.indexOf('accept')
    return at % 2 === 0 ? fields[at + 1] : undefined
  }

  get #early(): boolean {
    return !(this.#raw instanceof RoamError) && this.#raw.early === true
  }

  get #method(): string {
    if (this.#head !== undefined) return this.#head.method
    return this.#raw instanceof RoamError ? '_OTHER' : (this.#raw.method ?? '_OTHER')
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.#ended = true
    this.#lease?.release()
    const body = this.#downstream.body
    if (body !== undefined && !body.ended) body.discard()
    const head = this.#head
    const seconds = (at: number) => (at - this.startedAt) / 1000
    const firstByte = this.#firstByteAt === undefined ? undefined : seconds(this.#firstByteAt)
    const error = this.#error
    this.#onFinish({
      id: this.#id,
      protocol: this.protocol,
      method: this.#method,
      path: head?.path ?? '',
      host: head?.authority ?? '',
      status: this.#status === 0 ? (error?.facts.status ?? 0) : this.#status,
      routeClass: this.#routeClass,
      backendId: this.#lease?.backend.id ?? 'none',
      attempts: this.#attempts,
      durationSeconds: seconds(this.#parts.clock.now()),
      timeToFirstByteSeconds: firstByte,
      overheadSeconds:
        firstByte === undefined || this.#attempts === 0
          ? undefined
          : firstByte - (this.#waitedMs + this.#queuedMs) / 1000,
      queueSeconds: this.#queuedMs / 1000,
      requestBytes: body?.bytes ?? 0,
      responseBytes: this.#responseBytes,
      error: error?.code,
      errorMessage: error?.message,
      remoteAddress: this.#downstream.connection.remoteAddress,
      early: this.#early,
      local: this.#local,
    })
  }
}

/** `host` is the first field; see Site.forward. */
function withHost(fields: Fields, hostHeader: Pool['hostHeader'], url: URL): Fields {
  if (hostHeader === 'preserve') return fields
  return ['host', hostHeader === 'backend' ? url.host : hostHeader.name, ...fields.slice(2)]
}

/** RFC 8470 §4, and stricter: a cookie means that the answer is somebody's own. */
function isSafeEarly(head: RequestHead): boolean {
  return (head.method === 'GET' || head.method === 'HEAD') && !head.hasBody && !head.fields.includes('cookie')
}

/** The same address over HTTPS. Only asked for hosts that a route knows, so it redirects nowhere else. */
function httpsUrl(head: RequestHead, port: number): string {
  const host = head.authority.replace(/:\d+$/, '')
  return `https://${host}${port === 443 ? '' : `:${port}`}${head.target}`
}
