import type { Dispatcher } from 'undici'
import { RoamError } from '../core/errors.ts'
import type { BackendView, UpstreamAttempt, UpstreamHandler, UpstreamRequest } from '../core/ports.ts'
import { type AttemptPhase, translateError } from './errors.ts'
import { UpstreamBody } from './request-body.ts'

/** One request to one backend, from undici's events to Roam's. */
export class Attempt implements UpstreamAttempt, Dispatcher.DispatchHandler {
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
    this.#handler.onError(translateError(error, this.#phase, this.#backend))
  }
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
