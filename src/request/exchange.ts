/**
 * One request from its head to its end. docs/ARCHITECTURE.md draws the way; the methods stand in its order:
 * start → admit → local answer or route → attempt (choose, wait, send) → head → body → end, and back from a failed
 * attempt to the next one. Whatever goes wrong, `#finish` runs exactly once and closes the record that telemetry counts.
 */
import { RoamError } from '../core/errors.ts'
import type { RequestRecord, RouteClass } from '../core/events.ts'
import type {
  Downstream,
  DownstreamHandler,
  Fields,
  Protocol,
  RawHead,
  RequestBody,
  RequestHead,
} from '../core/exchange.ts'
import type { Lease, Route, Site, UpstreamAttempt, UpstreamHandler, Wait } from '../core/ports.ts'
import { withHost } from '../http/forwarded.ts'
import { changeFields } from '../http/header-rules.ts'
import { cleanResponse, cleanTrailers } from '../http/response.ts'
import { answerFields } from './answer-fields.ts'
import type { Watched } from './deadlines.ts'
import { refuseUnsafeEarly } from './early-data.ts'
import { overdue } from './overdue.ts'
import { failureAnswer, redirectFields } from './own-answers.ts'
import type { ProxyParts } from './proxy.ts'
import { Reply } from './reply.ts'
import { mayRetry } from './retry.ts'
import { STAGES } from './stages.ts'
import { Stopwatch } from './stopwatch.ts'

const CONTINUE = 100
const SWITCHING_PROTOCOLS = 101
const NO_BODY = Buffer.alloc(0)

export class Exchange implements DownstreamHandler, UpstreamHandler, Watched {
  readonly #parts: ProxyParts
  readonly #site: Site
  readonly #downstream: Downstream
  readonly #raw: RawHead | RoamError
  readonly #onFinish: (record: RequestRecord) => void
  readonly #reply: Reply
  readonly #stopwatch: Stopwatch
  #id: string

  #head: RequestHead | undefined
  #route: Route | undefined
  #routeClass: RouteClass = 'other'
  #local = false
  /** As backends shall see them. */
  #fields: Fields = []

  /** A place in the pool's queue. */
  #wait: Wait | undefined
  /** The claim on the backend that is being asked; undefined between attempts. */
  #lease: Lease | undefined
  #attempt: UpstreamAttempt | undefined
  #attempts = 0
  /** The backend that was asked last. */
  #backendId = 'none'
  /** Attempts that no backend noticed. */
  #refusals = 0
  #tried: Set<string> | undefined
  /** Why the attempt before this one failed. */
  #lastFailure: RoamError | undefined

  /** Last sign of life from the backend, or from the client's body while the backend waits for it. */
  #progressAt = 0
  #seenBodyBytes = 0
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
    this.#reply = new Reply(downstream, parts.clock)
    this.#id = parts.requestId()
    this.#stopwatch = new Stopwatch(parts.clock)
  }

  get id(): string {
    return this.#id
  }

  /** By the clock of the parts. */
  get startedAt(): number {
    return this.#stopwatch.startedAt
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
      this.#answer(308, redirectFields(head, redirectToPort, route), Buffer.alloc(0))
      return
    }
    if (this.#early) refuseUnsafeEarly(head)
    if (head.contentLength !== undefined && head.contentLength > (route.maxBodyBytes ?? Infinity))
      throw new RoamError(
        'BODY_TOO_LARGE',
        `body of ${head.contentLength} bytes exceeds maxBody of the route`,
      )
    if (route.maxBodyBytes !== undefined && this.#downstream.body !== undefined)
      this.#downstream.body.maxBytes = route.maxBodyBytes
    const forwarded = this.#site.forward(head, this.#downstream.connection, this.#id)
    const fields = changeFields(route.pool.withoutOwnCookie(forwarded), route.requestHeaders)
    this.#fields = this.#early ? [...fields, 'early-data', '1'] : fields
    route.pool.retries.budget.deposit()
    this.#choose(head, route)
  }

  /** Asks the pool for a backend; the answer may have to wait. */
  #choose(head: RequestHead, route: Route): void {
    const { connection } = this.#downstream
    this.#stopwatch.queue()
    const wait = route.pool.acquire({ head, connection, tried: this.#tried }, (outcome) => {
      this.#wait = undefined
      this.#stopwatch.leaveQueue()
      // A place in the queue is settled by another request's end, which a defect of this one must not hit.
      try {
        if (outcome instanceof RoamError) this.#fail(this.#lastFailure ?? outcome)
        else this.#send(head, route, outcome)
      } catch (error) {
        this.#fail(this.#asRoamError(error))
      }
    })
    // Where nobody had to wait, all of the above has happened, and maybe the next attempt's as well.
    if (wait !== undefined) this.#wait = wait
  }

  #send(head: RequestHead, route: Route, lease: Lease): void {
    this.#lease = lease
    const { backend } = lease
    this.#backendId = this.#downstream.connection.backendId = backend.id
    if (this.#attempts > 0) this.#parts.events.emit('backend:retry', { backendId: backend.id })
    // Not before there is a backend: who is turned away by a full queue need not send a gigabyte first.
    else if (head.expectsContinue) this.#downstream.inform(CONTINUE, [])
    this.#attempts++
    this.#progressAt = this.#stopwatch.ask()
    const { body } = this.#downstream
    this.#attempt = this.#parts.upstream.send(
      backend,
      {
        method: head.method,
        target: head.target,
        fields: withHost(this.#fields, route.pool.hostHeader, backend.url),
        body: isEmpty(body) ? undefined : body,
        contentLength: head.contentLength,
      },
      this,
    )
  }

  onInform(status: number, fields: Fields): void {
    // 100 was ours to send, and no upgrade was asked for.
    if (this.#reply.answered || status === CONTINUE || status === SWITCHING_PROTOCOLS) return
    this.#reply.inform(status, cleanResponse(this.#head!.method, status, fields).fields)
  }

  onHead(status: number, fields: Fields): void {
    const lease = this.#lease!
    const now = (this.#progressAt = this.#parts.clock.now())
    const seconds = this.#stopwatch.answered(now) / 1000
    this.#parts.events.emit('backend:response', { backendId: lease.backend.id, seconds })
    try {
      const clean = cleanResponse(this.#head!.method, status, fields)
      lease.answered(status)
      const answer = answerFields(clean.fields, this.#route!.responseHeaders, lease.responseFields)
      this.#reply.begin(status, answer, clean.hasBody, clean.contentLength)
    } catch (error) {
      // Caught here: undici would take a defect on the client's side for the backend's.
      this.#attempt!.cancel()
      this.onError(this.#asRoamError(error))
    }
  }

  onData(chunk: Buffer): boolean {
    if (this.#reply.ended) return true
    this.#progressAt = this.#parts.clock.now()
    return this.#reply.data(chunk)
  }

  onEnd(trailers: Fields): void {
    if (!this.#reply.ended) this.#reply.end(cleanTrailers(trailers))
    this.#finish()
  }

  onError(error: RoamError): void {
    const lease = this.#lease!
    if (this.#reply.ended) {
      // The client has its whole answer; what happened after it is between us and the backend.
      this.#finish()
      return
    }
    this.#stopwatch.answered(this.#parts.clock.now())
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
    const { body } = this.#downstream
    if (error.code === 'UPSTREAM_REFUSED') this.#refusals++
    const wanted = mayRetry({
      error,
      method: this.#head!.method,
      attempts: this.#attempts - this.#refusals,
      maxRetries: route.pool.retries.attempts,
      bodyTouched: body !== undefined && body.started && !isEmpty(body),
      answered: this.#reply.answered,
    })
    if (!wanted) return false
    // A connection that was refused cost the pool nothing: the budget is there to bound work that is done twice.
    if (error.facts.retry !== 'safe' && !route.pool.retries.budget.withdraw()) return false
    const lease = this.#lease!
    lease.release()
    this.#lease = this.#attempt = undefined
    this.#tried ??= new Set()
    this.#tried.add(lease.backend.id)
    this.#lastFailure = error
    this.#choose(this.#head!, route)
    return true
  }

  onAbort(error: RoamError): void {
    if (this.#finished) return
    this.#error = error
    this.#letGo()
    this.#finish()
  }

  onDrain(): void {
    this.#reply.stalledAt = undefined
    // Time spent waiting for the client is not the backend's.
    this.#progressAt = this.#parts.clock.now()
    this.#attempt?.resume()
  }

  /** Deadlines; see request/deadlines.ts. */
  check(now: number): void {
    const { body } = this.#downstream
    if (body !== undefined && body.bytes !== this.#seenBodyBytes) {
      this.#seenBodyBytes = body.bytes
      this.#progressAt = now
    }
    if (this.#route === undefined || this.#reply.ended) return
    const progress = {
      startedAt: this.startedAt,
      backendId: this.#lease?.backend.id,
      progressAt: this.#progressAt,
      answered: this.#reply.answered,
      awaitsBody: body !== undefined && body.waiting && !body.ended,
      stalledAt: this.#reply.stalledAt,
    }
    const error = overdue(now, progress, this.#route.timeouts, this.#site.limits)
    if (error === undefined) return
    this.#letGo()
    if (this.#lease === undefined) this.#fail(error)
    else this.onError(error)
  }

  /** Neither queue nor backend need trouble themselves any longer. */
  #letGo(): void {
    if (this.#wait !== undefined) {
      this.#wait.cancel()
      this.#wait = undefined
      this.#stopwatch.leaveQueue()
    }
    this.#attempt?.cancel()
  }

  /** Roam cannot wait for this one any longer: 503, or a visible cut. */
  cut(): void {
    if (this.#reply.ended) return
    this.#letGo()
    this.#stopwatch.answered(this.#parts.clock.now())
    this.#fail(new RoamError('DRAINING', 'Roam shut down before the request had finished'))
  }

  /** Roam's own answer, whole. */
  #answer(status: number, fields: Fields, body: Buffer): void {
    if (this.#finished) return
    this.#reply.whole(status, fields, this.#method === 'HEAD' ? NO_BODY : body)
    this.#finish()
  }

  #fail(error: RoamError): void {
    if (this.#finished) return
    this.#error = error
    if (this.#reply.answered) {
      this.#reply.abort(error)
      this.#finish()
      return
    }
    if (error.facts.source === 'downstream') this.#downstream.distrust()
    const { fields, body } = failureAnswer(error, this.#id, this.#head, this.#route)
    this.#answer(error.facts.status, fields, body)
  }

  /** Anything but a RoamError in the request path is a defect of ours. */
  #asRoamError(error: unknown): RoamError {
    if (error instanceof RoamError) return error
    this.#parts.events.emit('request:defect', { id: this.#id, error })
    return new RoamError('INTERNAL', 'a defect in Roam; the log has the details', { cause: error })
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
    const reply = this.#reply
    reply.ended = true
    this.#lease?.release()
    const { body, connection } = this.#downstream
    if (body !== undefined && !body.ended) body.discard()
    const error = this.#error
    this.#onFinish({
      id: this.#id,
      protocol: this.protocol,
      method: this.#method,
      path: this.#head?.path ?? '',
      host: this.#head?.authority ?? '',
      status: reply.status === 0 ? (error?.facts.status ?? 0) : reply.status,
      routeClass: this.#routeClass,
      backendId: this.#backendId,
      attempts: this.#attempts,
      ...this.#stopwatch.durations(reply.firstByteAt),
      requestBytes: body?.bytes ?? 0,
      responseBytes: reply.bytes,
      error: error?.code,
      errorMessage: error?.message,
      remoteAddress: connection.remoteAddress,
      early: this.#early,
      local: this.#local,
    })
  }
}

/** It turned out that nothing would come: as good as none, also for another attempt. */
function isEmpty(body: RequestBody | undefined): boolean {
  return body !== undefined && body.ended && body.bytes === 0
}
