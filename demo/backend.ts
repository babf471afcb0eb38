/**
 * A small server that behaves like Moodle where a load balancer could notice: `npm start` runs three of them, tests start
 * them in their own process. Run by itself: node demo/backend.ts --id moodle-1 --port 8001
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { Ledger } from './ledger.ts'
import { handlerFor } from './routes/table.ts'
import { SessionLocks } from './sessions.ts'
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

/** Port 0, the default, takes any free one. Rejects if the port is in use. */
export async function startDemoBackend(options: { id: string; port?: number }): Promise<DemoBackend> {
  const { id, port = 0 } = options
  const ledger = new Ledger()
  const state: BackendState = {
    id,
    heartbeat: 200,
    maintenance: false,
    database: true,
    locks: new SessionLocks(),
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
  const { values } = parseArgs({ options: { id: { type: 'string' }, port: { type: 'string' } } })
  const tellParent = process.send?.bind(process)
  // Ctrl-C reaches the whole process group; a child serves on until its parent has drained.
  if (tellParent !== undefined) process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(0))
  try {
    const backend = await startDemoBackend({ id: values.id ?? 'demo', port: Number(values.port ?? 0) })
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
