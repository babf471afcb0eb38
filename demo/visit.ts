/** One request at a demo backend, and what handlers need of it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LedgerEntry } from './ledger.ts'
import type { SessionLocks } from './sessions.ts'
import type { MoodleSite } from './site.ts'

/** What an operator of the demo may switch, at `/demo/state`. */
export interface BackendState {
  readonly id: string
  /** What the heartbeat answers. */
  heartbeat: number
  /** Pages answer 503, the heartbeat says so with 200, as Moodle does. */
  maintenance: boolean
  /** The pretended database; `?fullcheck` of the heartbeat asks for it. */
  database: boolean
  /** Its config.php; undefined: every address is right. */
  site: MoodleSite | undefined
  /** Of config.php: 1 believes X-Forwarded-For, 3 (Moodle's default) believes the peer alone. */
  getremoteaddrconf: 1 | 3
  /** How long a page takes, under the lock of its session. */
  pageMs: number
  /** How far this node's clock is ahead. */
  clockAheadMs: number
  readonly locks: SessionLocks
}

/** One request. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Byte for byte what was asked for, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly entry: LedgerEntry
  readonly state: BackendState
}

/** Answers a visit. A rejection destroys the connection, as a crashing PHP process would. */
export type Handler = (visit: Visit) => void | Promise<void>

/** Reads the whole body, piece by piece. */
export async function readBody(
  { request, entry }: Visit,
  take: (chunk: Buffer) => void = () => {},
): Promise<void> {
  for await (const chunk of request as AsyncIterable<Buffer>) {
    entry.bodyBytes += chunk.length
    take(chunk)
  }
}

/** A small answer, whole. */
export function answer(
  { request, response }: Visit,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string | string[]> = {},
): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** An answer in JSON, for programs. */
export function answerJson(visit: Visit, status: number, value: unknown): void {
  answer(visit, status, 'application/json', `${JSON.stringify(value, undefined, 2)}\n`, {
    'cache-control': 'no-store',
  })
}

/** The number after a prefix such as `/bytes/`; undefined where there is none. */
export function numberAfter(path: string, prefix: string): number | undefined {
  const digits = /^\d{1,12}/.exec(path.slice(prefix.length))?.[0]
  return digits === undefined ? undefined : Number(digits)
}
