/** The server for operators: JSON over HTTP/1.1 on a loopback address. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import type { Events } from '../core/events.ts'
import type { Control } from '../core/ports.ts'
import { parseJson, readBody } from './body.ts'
import { createFindRoute } from './find-route.ts'
import { createAuthorize, refuseForeigners } from './guard.ts'
import { DESCRIPTION, openApi } from './openapi.ts'
import { misfit, Problem } from './problem.ts'
import { type AdminRoute, ROUTES } from './routes.ts'

export interface AdminParts {
  readonly control: Control
  readonly events: Events
  readonly log: Logger
  /** What changes have to name; undefined: nothing can be changed. */
  readonly token: Buffer | undefined
  /** Roam's. */
  readonly version: string
}

export interface AdminServer {
  /** Resolves with the port; rejects with the system's error, and may be tried again then. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>
  /** Frees the port at once; answers that have begun get a moment. */
  close(): Promise<void>
}

/** A client on this machine needs milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 5_000
const MAX_CONNECTIONS = 64
/** After it, connections are cut at closing. */
const FAREWELL_MS = 1_000

/** For answers that only a program on this machine is to see. */
const FIELDS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export function createAdminServer({ control, events, log, token, version }: AdminParts): AdminServer {
  const description = openApi(version)
  const findRoute = createFindRoute([...ROUTES, describing(description)])
  const authorize = createAuthorize(token, events)

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    refuseForeigners(request)
    const [path = '', search = ''] = (request.url ?? '').split('?', 2)
    const { route, parameter } = findRoute(request.method ?? '', path)
    if (route.method !== 'GET') authorize(request)
    const query = checked(route.query, Object.fromEntries(new URLSearchParams(search)))
    const body = await bodyOf(request, route)
    return route.handle({ control, parameter, query, body })
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      send(response, 200, 'application/json', await answer(request))
    } catch (error) {
      if (response.destroyed) return
      const problem = error instanceof Problem ? error : unexpected(error)
      send(response, problem.status, 'application/problem+json', problem, problem.fields)
    }
  }

  const unexpected = (error: unknown): Problem => {
    log.error({ err: error }, 'admin request failed')
    return new Problem(500, 'this is a mistake in Roam; its log says more')
  }

  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: IDLE_TIMEOUT_MS,
    },
    (request, response) => void respond(request, response),
  )
  server.maxConnections = MAX_CONNECTIONS

  return {
    async listen({ host, port }) {
      server.listen({ host, port })
      // Rejects at 'error'.
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      const late = setTimeout(() => server.closeAllConnections(), FAREWELL_MS)
      await closed
      clearTimeout(late)
    },
  }
}

/** The description's own route; its handler gives what was made once. */
function describing(description: object): AdminRoute {
  return { ...DESCRIPTION, handle: () => description }
}

function checked(schema: AdminRoute['query'] | AdminRoute['body'], value: unknown): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (!result.success) throw new Problem(400, misfit(result.error))
  return result.data
}

/** A body where none belongs is a misunderstanding: somebody sends a configuration that would not be looked at. */
async function bodyOf(request: IncomingMessage, route: AdminRoute): Promise<unknown> {
  const bytes = await readBody(request)
  if (route.body !== undefined) return checked(route.body, parseJson(bytes, request.headers['content-type']))
  if (bytes.length === 0) return undefined
  throw new Problem(400, `${route.method} ${route.path} takes no body`)
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  value: unknown,
  fields: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`)
  response.writeHead(status, { ...FIELDS, 'content-type': type, 'content-length': body.length, ...fields })
  response.end(body)
}
