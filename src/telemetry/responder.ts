/** What Roam answers itself, to the clients that may ask: its metrics and its own health. */
import { RoamError } from '../core/errors.ts'
import type { DownstreamConnection, RequestHead } from '../core/exchange.ts'
import type { BackendView, LocalAnswer, LocalResponder, Pool } from '../core/ports.ts'

export interface ResponderParts {
  readonly paths: { readonly path: string; readonly healthPath: string; readonly readyPath: string }
  /** May this client ask? */
  readonly allowed: (head: RequestHead, connection: DownstreamConnection) => boolean
  readonly telemetry: { readonly contentType: string; render(): Promise<string> }
  readonly pools: () => readonly Pick<Pool, 'name' | 'backends'>[]
}

export function createResponder({ paths, allowed, telemetry, pools }: ResponderParts): LocalResponder {
  const pages = new Map<string, () => Promise<LocalAnswer>>([
    [paths.path, async () => answer(200, telemetry.contentType, await telemetry.render())],
    [paths.healthPath, () => Promise.resolve(json(200, { status: 'alive' }))],
    [paths.readyPath, () => Promise.resolve(readiness(pools()))],
  ])
  return (head, { connection }) => {
    const page = pages.get(head.path)
    if (page === undefined) return undefined
    if (allowed(head, connection)) return page()
    // A site may have such a page of its own; its metrics it would not want to be mistaken for ours.
    if (head.path !== paths.path) return undefined
    throw new RoamError('NO_ROUTE', 'metrics.allow keeps the metrics from this client')
  }
}

/**
 * One backend that can take a request, be it after a wait, is enough: whoever takes this process out of rotation because one pool of several
 * is down takes it away from the others too. Shutting down needs no word here: connections are refused then.
 */
function readiness(pools: readonly Pick<Pool, 'name' | 'backends'>[]): LocalAnswer {
  const available = pools.map(({ name, backends }) => ({
    name,
    available: backends.filter((backend) => backend.available || isFull(backend)).length,
    backends: backends.length,
  }))
  const ready = available.some((pool) => pool.available > 0)
  return json(ready ? 200 : 503, { status: ready ? 'ready' : 'no backend is available', pools: available })
}

/** It has all that it may have in hand, so the next one waits: a crowd is no reason to send everybody elsewhere. */
function isFull({ inFlight, maxRequests, weight, ...backend }: BackendView): boolean {
  const isUp = backend.healthy && !backend.ejected && backend.adminState === 'enabled' && weight > 0
  return isUp && backend.breakerState !== 'open' && inFlight >= maxRequests
}

function json(status: number, value: object): LocalAnswer {
  return answer(status, 'application/json', `${JSON.stringify(value)}\n`)
}

function answer(status: number, contentType: string, text: string): LocalAnswer {
  const body = Buffer.from(text)
  const fields = ['content-type', contentType, 'content-length', String(body.length)]
  return { status, fields: [...fields, 'cache-control', 'no-store'], body }
}
