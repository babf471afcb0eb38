import { systemClock } from '../core/clock.ts'
import type { BackendView, Upstream, UpstreamRequest } from '../core/ports.ts'
import { systemResolve } from './addresses.ts'
import { Attempt } from './attempt.ts'
import { Link, type LinkParts } from './link.ts'

const NO_CONNECTIONS = { active: 0, idle: 0, pending: 0 }

/** Connections to backends. The parts are for tests; without `resolved` nobody is told of new addresses. */
export function createUpstream(parts: Partial<LinkParts> = {}): Upstream {
  const linkParts: LinkParts = { clock: systemClock, resolve: systemResolve, resolved() {}, ...parts }
  const links = new Map<BackendView, Link>()
  /** Of backends that are gone, while something runs on them. */
  const leaving = new Set<Link>()

  const linkTo = (backend: BackendView): Link => {
    let link = links.get(backend)
    if (link === undefined) {
      link = new Link(backend, linkParts)
      links.set(backend, link)
    }
    return link
  }

  return {
    send(backend, request, handler) {
      const attempt = new Attempt(backend, request.body, handler)
      try {
        linkTo(backend).dispatch(
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
    connections: (backend) => links.get(backend)?.connections ?? NO_CONNECTIONS,
    forget(backend) {
      const link = links.get(backend)
      if (link === undefined) return
      links.delete(backend)
      leaving.add(link)
      void link.leave().finally(() => leaving.delete(link))
    },
    async close() {
      const all = [...links.values(), ...leaving]
      links.clear()
      await Promise.all(all.map((link) => link.destroy()))
    },
  }
}

/** undici checks a body against the length it is told, and uses chunks where it is told none. */
function headersOf({ fields, contentLength }: UpstreamRequest): string[] {
  return contentLength === undefined
    ? (fields as string[])
    : [...fields, 'content-length', String(contentLength)]
}
