/** What Roam answers itself, to the clients that may ask: its metrics and its own health. */
import type { RequestHead } from '../core/exchange.ts'
import type { LocalAnswer, LocalResponder, Pool } from '../core/ports.ts'

export interface ResponderParts {
  readonly paths: { readonly path: string; readonly healthPath: string; readonly readyPath: string }
  /** May this address ask? */
  readonly allowed: (address: string) => boolean
  readonly telemetry: { readonly contentType: string; render(): Promise<string> }
  readonly pools: () => readonly Pick<Pool, 'name' | 'backends'>[]
}

export function createResponder({ paths, allowed, telemetry, pools }: ResponderParts): LocalResponder {
  const pages = new Map<string, () => Promise<LocalAnswer>>([
    [paths.path, async () => answer(200, telemetry.contentType, await telemetry.render())],
    [paths.healthPath, () => Promise.resolve(json(200, { status: 'alive' }))],
    [paths.readyPath, () => Promise.resolve(readiness(pools()))],
  ])
  return (head: RequestHead, { connection }) => {
    const page = pages.get(head.path)
    if (page === undefined) return undefined
    if (allowed(connection.remoteAddress)) return page()
    // A site may have such a page of its own; its metrics it would not want to be mistaken for ours.
    return head.path === paths.path ? Promise.resolve(NOT_FOUND) : undefined
  }
}

const NOT_FOUND: LocalAnswer = { status: 404, fields: ['content-length', '0'], body: Buffer.alloc(0) }

/**
 * One backend that can take a request is enough: whoever takes this process out of rotation because one pool of several
 * is down takes it away from the others too. Shutting down needs no word here: connections are refused then.
 */
function readiness(pools: readonly Pick<Pool, 'name' | 'backends'>[]): LocalAnswer {
  const available = pools.map(({ name, backends }) => ({
    name,
    available: backends.filter((backend) => backend.available).length,
    backends: backends.length,
  }))
  const ready = available.some((pool) => pool.available > 0)
  return json(ready ? 200 : 503, { status: ready ? 'ready' : 'no backend is available', pools: available })
}

function json(status: number, value: object): LocalAnswer {
  return answer(status, 'application/json', `${JSON.stringify(value)}\n`)
}

function answer(status: number, contentType: string, text: string): LocalAnswer {
  const body = Buffer.from(text)
  const fields = ['content-type', contentType, 'content-length', String(body.length)]
  return { status, fields: [...fields, 'cache-control', 'no-store'], body }
}
