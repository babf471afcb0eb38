/**
 * A small server that behaves like Moodle where a load balancer could notice: `npm start` runs three of them, tests start
 * them in their own process. Run by itself: npx node demo/backend.ts --id moodle-1 --port 8001
 * With --wwwroot https://localhost:9443 it minds its address as Moodle does; --sslproxy and --reverseproxy are the lines of
 * its config.php, --apache computes SERVER_PORT as Apache does instead of nginx, --getremoteaddrconf is 1 or 3.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { Ledger } from './ledger.ts'
import { handlerFor } from './routes/table.ts'
import { SessionLocks } from './sessions.ts'
import type { MoodleSite } from './site.ts'
import { answer } from './visit.ts'
import type { BackendState } from './visit.ts'

/** A running demo backend. */
export interface DemoBackend {
  readonly id: string
  readonly url: string
  readonly port: number
  /** What arrived. */
  readonly ledger: Ledger
  /** Switches: `state.heartbeat = 503`. */
  readonly state: BackendState
  /** Stops at once: open connections are cut. */
  close(): Promise<void>
}

/** What can be chosen. */
export interface DemoOptions {
  readonly id: string
  /** 0, the default, takes any free one. */
  readonly port?: number
  /** Its config.php; without it every address is right. */
  readonly site?: MoodleSite
  /** 1 by default, which is right behind a load balancer. */
  readonly getremoteaddrconf?: 1 | 3
  /** Moodle's session_redis_acquire_lock_timeout: 120 s by default. */
  readonly lockWaitMs?: number
}

/** Rejects if the port is in use. */
export async function startDemoBackend(options: DemoOptions): Promise<DemoBackend> {
  const { id, port = 0 } = options
  const ledger = new Ledger()
  const state: BackendState = {
    id,
    heartbeat: 200,
    maintenance: false,
    database: true,
    site: options.site,
    getremoteaddrconf: options.getremoteaddrconf ?? 1,
    pageMs: 0,
    clockAheadMs: 0,
    locks: new SessionLocks(options.lockWaitMs),
  }
  const server = createServer((request, response) => void serve(request, response, ledger, state))
  // Uploads may take as long as they like; Apache closes idle connections after 5 s, and so does this.
  server.requestTimeout = 0
  server.keepAliveTimeout = 5000
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => resolve(undefined))
  await promise
  const bound = (server.address() as AddressInfo).port
  return {
    id,
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    ledger,
    state,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  ledger: Ledger,
  state: BackendState,
): Promise<void> {
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1))
  const entry = ledger.open(request)
  response.setHeader('x-backend', state.id)
  if (state.clockAheadMs !== 0) {
    response.setHeader('date', new Date(Date.now() + state.clockAheadMs).toUTCString())
  }
  response.once('finish', () => (entry.finished = true))
  const visit = { request, response, path, query, entry, state }
  try {
    const handler = handlerFor(path)
    if (handler === undefined) answer(visit, 404, 'text/plain', 'Not here.\n')
    else await handler(visit)
  } catch {
    // Nearly always the client that left in the middle; nobody is there to be told.
    response.destroy()
  }
}

/** As a child of `roam demo`: says when it listens, and leaves when its parent does, however that one died. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      id: { type: 'string', default: 'demo' },
      port: { type: 'string', default: '0' },
      wwwroot: { type: 'string' },
      sslproxy: { type: 'boolean', default: false },
      reverseproxy: { type: 'boolean', default: false },
      apache: { type: 'boolean', default: false },
      getremoteaddrconf: { type: 'string', default: '1' },
    },
  })
  const tellParent = process.send?.bind(process)
  // Ctrl-C reaches the whole process group; a child serves on until its parent has drained.
  if (tellParent !== undefined) process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(0))
  try {
    const { id, wwwroot, sslproxy, reverseproxy } = values
    const server = values.apache ? 'apache' : 'nginx'
    const backend = await startDemoBackend({
      id,
      port: Number(values.port),
      getremoteaddrconf: values.getremoteaddrconf === '3' ? 3 : 1,
      ...(wwwroot === undefined ? {} : { site: { wwwroot, sslproxy, reverseproxy, server } }),
    })
    if (tellParent === undefined) console.log(`${backend.id} listens on ${backend.url}`)
    else tellParent({ ready: backend.port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (tellParent === undefined || typeof code !== 'string') throw error
    tellParent({ failed: code })
    process.disconnect?.()
  }
}

if (import.meta.main) await main()
