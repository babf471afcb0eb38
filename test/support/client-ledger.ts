/**
 * Closed-loop load over HTTP/1.1 and HTTP/2 in which every answer must belong to its request: the counterpart of
 * quinnLoad() for HTTP/3, with the same columns. Node's own clients, raw: no retries, nothing that would hide a loss.
 */
import http2 from 'node:http2'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LedgerCounts } from './client-quinn.ts'
import { ledgerBody } from './ledger-backend.ts'

export type { LedgerCounts }

export interface LedgerOptions {
  readonly protocol: 'http/1.1' | 'h2'
  readonly port: number
  /** PEM of the CA. */
  readonly ca: string | Buffer
  readonly path?: string
  readonly connections: number
  /** Concurrent requests on a connection; HTTP/1.1 has one. */
  readonly streams?: number
  readonly durationMs: number
  readonly pauseMs?: number
  readonly size?: number
  readonly deadlineMs?: number
  readonly prefix?: string
}

type Outcome =
  | { readonly kind: 'ok' | 'wrong' | 'unsent' | 'hung' }
  | { readonly kind: 'cut' | 'lost'; readonly why: string }
  | { readonly kind: 'status'; readonly status: number }

type Ask = (path: string, id: string, size: number, signal: AbortSignal) => Promise<Outcome>

/** One connection of a protocol. */
interface Wire {
  readonly ask: Ask
  /** A connection that is no more cannot carry the next request. */
  usable(): boolean
  /** Nobody listens there any more: no use in trying again. */
  refused(): boolean
  close(): void
}

/** Runs until the time is up and every request has ended. */
export async function ledgerLoad(options: LedgerOptions): Promise<LedgerCounts> {
  const started = performance.now()
  const counts = {
    requests: 0,
    ok: 0,
    wrong: 0,
    cut: 0,
    lost: 0,
    unsent: 0,
    hung: 0,
    statuses: {} as Record<string, number>,
    examples: [] as string[],
    slowestMs: 0,
    connections: 0,
  }
  const size = options.size ?? 1024
  const over = (): boolean => performance.now() - started >= options.durationMs

  const loop = async (wire: Wire): Promise<void> => {
    while (!over() && wire.usable()) {
      const id = `${options.prefix ?? options.protocol.replace('/', '')}-${counts.requests++}`
      const asked = performance.now()
      const signal = AbortSignal.timeout(options.deadlineMs ?? 10_000)
      const outcome = await wire.ask(`${options.path ?? '/ledger'}/${id}/${size}`, id, size, signal)
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - asked)
      if (outcome.kind === 'status')
        counts.statuses[outcome.status] = (counts.statuses[outcome.status] ?? 0) + 1
      else counts[outcome.kind]++
      if (outcome.kind !== 'ok' && outcome.kind !== 'unsent' && counts.examples.length < 10)
        counts.examples.push(`${id}: ${JSON.stringify(outcome)}`)
      if (options.pauseMs !== undefined) await sleep(options.pauseMs)
    }
  }

  const connection = async (): Promise<void> => {
    while (!over()) {
      const wire = options.protocol === 'h2' ? await openH2(options) : openH1(options)
      if (wire === undefined) return
      counts.connections++
      await Promise.all(
        Array.from({ length: options.protocol === 'h2' ? (options.streams ?? 1) : 1 }, () => loop(wire)),
      )
      wire.close()
      if (wire.refused()) return
    }
  }
  await Promise.all(Array.from({ length: options.connections }, connection))
  return { ...counts, seconds: (performance.now() - started) / 1000 }
}

function judge(status: number, body: Buffer, id: string, size: number): Outcome {
  if (status !== 200) return { kind: 'status', status }
  return { kind: body.equals(ledgerBody(id, size)) ? 'ok' : 'wrong' }
}

function openH1(options: LedgerOptions): Wire {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: options.ca })
  let refused = false
  const ask: Ask = (path, id, size, signal) =>
    new Promise((resolve) => {
      let head: number | undefined
      const failed = (error: Error): void => {
        const code = (error as NodeJS.ErrnoException).code
        if (signal.aborted) resolve({ kind: 'hung' })
        else if (head !== undefined) resolve({ kind: 'cut', why: error.message })
        // RFC 9112 §9.3.1: a kept-alive connection may close just as the next request leaves.
        else if (code === 'ECONNREFUSED' || (req.reusedSocket && code === 'ECONNRESET')) {
          refused = code === 'ECONNREFUSED'
          resolve({ kind: 'unsent' })
        } else resolve({ kind: 'lost', why: `${code ?? ''} ${error.message}` })
      }
      const req = https.request(
        { host: '127.0.0.1', servername: 'localhost', port: options.port, path, agent, signal },
        (res) => {
          head = res.statusCode ?? 0
          const chunks: Buffer[] = []
          res.on('data', (chunk: Buffer) => chunks.push(chunk))
          res.on('error', failed)
          res.on('end', () => resolve(judge(head ?? 0, Buffer.concat(chunks), id, size)))
        },
      )
      req.on('error', failed)
      req.end()
    })
  return { ask, usable: () => !refused, refused: () => refused, close: () => agent.destroy() }
}

async function openH2(options: LedgerOptions): Promise<Wire | undefined> {
  const session = http2.connect(`https://localhost:${options.port}`, {
    ca: options.ca,
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const open = await new Promise<boolean>((resolve) => {
    session.once('connect', () => resolve(true))
    session.once('error', () => resolve(false))
  })
  if (!open) return undefined
  let going = true
  session.on('error', () => {})
  session.on('goaway', () => (going = false))
  session.on('close', () => (going = false))
  const ask: Ask = (path, id, size, signal) =>
    new Promise((resolve) => {
      if (session.closed || session.destroyed) {
        resolve({ kind: 'unsent' })
        return
      }
      let head: number | undefined
      const chunks: Buffer[] = []
      const stream = session.request({ ':path': path }, { endStream: true })
      const aborted = (): void => {
        resolve({ kind: 'hung' })
        stream.close(http2.constants.NGHTTP2_CANCEL)
      }
      signal.addEventListener('abort', aborted)
      stream.on('response', (fields) => (head = fields[':status'] ?? 0))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', () => {})
      stream.on('close', () => {
        signal.removeEventListener('abort', aborted)
        const code = stream.rstCode
        if (head !== undefined && code === 0) resolve(judge(head, Buffer.concat(chunks), id, size))
        else if (head !== undefined) resolve({ kind: 'cut', why: `RST_STREAM ${code}` })
        // REFUSED_STREAM promises that nothing was done (RFC 9113 §8.7).
        else if (code === http2.constants.NGHTTP2_REFUSED_STREAM) resolve({ kind: 'unsent' })
        else resolve({ kind: 'lost', why: `RST_STREAM ${code}` })
      })
    })
  return { ask, usable: () => going, refused: () => false, close: () => session.close() }
}
