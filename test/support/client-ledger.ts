/**
 * Closed-loop load over HTTP/1.1 and HTTP/2 in which every answer must belong to its request: the counterpart of
 * quinnLoad() for HTTP/3, with the same columns. Node's own clients, raw: no retries, nothing that would hide a loss.
 */
import { createHash } from 'node:crypto'
import http2 from 'node:http2'
import https from 'node:https'
import type { Socket } from 'node:net'
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
  /** Ends it earlier. */
  readonly until?: AbortSignal
  readonly pauseMs?: number
  readonly size?: number
  readonly deadlineMs?: number
  readonly prefix?: string
  /** Each so many requests one is a POST /once/ID. */
  readonly postEvery?: number
  /** Nothing is forgiven but a request that was provably not taken, which is asked again until it is answered. */
  readonly insist?: boolean
}

/** A connection that cannot be made is tried again so much later. */
const RECONNECT_MS = 100
/** With `insist`, requests that are left over when the time is up get so much more; then they are lost. */
const OVERTIME_MS = 5_000

interface Question {
  readonly id: string
  readonly path: string
  /** Of a POST. */
  readonly body: Buffer | undefined
  readonly wanted: (answer: Buffer) => boolean
}

type Outcome =
  | { readonly kind: 'ok' | 'wrong' | 'unsent' | 'hung' }
  | { readonly kind: 'cut' | 'lost'; readonly why: string }
  | { readonly kind: 'status'; readonly status: number }

type Ask = (question: Question, signal: AbortSignal) => Promise<Outcome>

/** One connection of a protocol. */
interface Wire {
  readonly ask: Ask
  /** A connection that is no more cannot carry the next request. */
  usable(): boolean
  /** Nobody listens there any more: no use in trying again. */
  refused(): boolean
  close(): void
}

/** What a wire tells of its connections. */
interface Watch {
  opened(): void
  dropped(why: string): void
}

/** Runs until the time is up and every request has ended. */
export async function ledgerLoad(options: LedgerOptions): Promise<LedgerCounts> {
  const started = performance.now()
  const { insist = false, postEvery = 0 } = options
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
    dropped: 0,
    refused: 0,
    posts: 0,
  }
  const size = options.size ?? 1024
  let asked = 0
  const again: Question[] = []
  const example = (text: string): void => {
    if (counts.examples.length < 10) counts.examples.push(text)
  }
  const watch: Watch = {
    opened: () => counts.connections++,
    dropped(why) {
      counts.dropped++
      example(`connection: ${why}`)
    },
  }
  let endsAt = started + options.durationMs
  options.until?.addEventListener('abort', () => (endsAt = Math.min(endsAt, performance.now())))
  const over = (): boolean => {
    const late = performance.now() - endsAt
    return late >= 0 && (again.length === 0 || late >= OVERTIME_MS)
  }
  const next = (): Question => {
    const id = `${options.prefix ?? options.protocol.replace('/', '')}-${asked++}`
    return postEvery > 0 && asked % postEvery === 0
      ? post(id, size)
      : get(options.path ?? '/ledger', id, size)
  }

  const loop = async (wire: Wire): Promise<void> => {
    while (!over() && wire.usable()) {
      const question = again.pop() ?? next()
      counts.requests++
      const askedAt = performance.now()
      const signal = AbortSignal.timeout(options.deadlineMs ?? 10_000)
      const outcome = await wire.ask(question, signal)
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - askedAt)
      if (outcome.kind === 'status')
        counts.statuses[outcome.status] = (counts.statuses[outcome.status] ?? 0) + 1
      else counts[outcome.kind]++
      if (outcome.kind === 'ok' && question.body !== undefined) counts.posts++
      if (outcome.kind === 'unsent' && insist) again.push(question)
      if (outcome.kind !== 'ok' && outcome.kind !== 'unsent')
        example(`${question.id}: ${JSON.stringify(outcome)}`)
      if (options.pauseMs !== undefined) await sleep(options.pauseMs)
    }
  }

  const connection = async (): Promise<void> => {
    while (!over()) {
      const wire = options.protocol === 'h2' ? await openH2(options, watch) : openH1(options, watch)
      if (wire !== undefined) {
        const streams = options.protocol === 'h2' ? (options.streams ?? 1) : 1
        await Promise.all(Array.from({ length: streams }, () => loop(wire)))
        wire.close()
        if (!wire.refused()) continue
      }
      counts.refused++
      if (!insist) return
      await sleep(RECONNECT_MS)
    }
  }
  await Promise.all(Array.from({ length: options.connections }, connection))
  counts.lost += again.length
  for (const { id } of again) example(`${id}: never taken`)
  return { ...counts, seconds: (performance.now() - started) / 1000 }
}

function get(path: string, id: string, size: number): Question {
  const wanted = (answer: Buffer) => answer.equals(ledgerBody(id, size))
  return { id, path: `${path}/${id}/${size}`, body: undefined, wanted }
}

function post(id: string, size: number): Question {
  const body = ledgerBody(id, size)
  const sha256 = createHash('sha256').update(body).digest('hex')
  const text = JSON.stringify({ bytes: size, sha256 })
  return { id, path: `/once/${id}`, body, wanted: (answer) => answer.toString() === text }
}

function judge(status: number, body: Buffer, { wanted }: Question): Outcome {
  if (status !== 200) return { kind: 'status', status }
  return { kind: wanted(body) ? 'ok' : 'wrong' }
}

function openH1({ ca, port, insist = false }: LedgerOptions, watch: Watch): Wire {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca })
  const known = new WeakSet<Socket>()
  let refused = false
  const meet = (socket: Socket): void => {
    if (known.has(socket)) return
    known.add(socket)
    socket.once('secureConnect', () => {
      watch.opened()
      socket.once('error', (error) => {
        // What this client gave up itself is in the ledger as hung.
        if (!/^(Abort|Timeout)Error$/.test(error.name)) watch.dropped(error.message)
      })
    })
  }
  const ask: Ask = (question, signal) =>
    new Promise((resolve) => {
      let head: number | undefined
      const failed = (error: Error): void => {
        const code = (error as NodeJS.ErrnoException).code
        if (signal.aborted) resolve({ kind: 'hung' })
        else if (head !== undefined) resolve({ kind: 'cut', why: error.message })
        // RFC 9112 §9.3.1: a kept-alive connection may close just as the next request leaves.
        else if (code === 'ECONNREFUSED' || (!insist && req.reusedSocket && code === 'ECONNRESET')) {
          refused = code === 'ECONNREFUSED'
          resolve({ kind: 'unsent' })
        } else resolve({ kind: 'lost', why: `${code ?? ''} ${error.message}` })
      }
      const req = https.request(
        {
          ...{ host: '127.0.0.1', servername: 'localhost', port, agent, signal },
          ...{ path: question.path, method: question.body === undefined ? 'GET' : 'POST' },
          headers: lengthOf(question),
        },
        (res) => {
          head = res.statusCode ?? 0
          const chunks: Buffer[] = []
          res.on('data', (chunk: Buffer) => chunks.push(chunk))
          res.on('error', failed)
          res.on('end', () => resolve(judge(head ?? 0, Buffer.concat(chunks), question)))
        },
      )
      req.on('socket', (socket) => meet(socket))
      req.on('error', failed)
      req.end(question.body)
    })
  return { ask, usable: () => !refused, refused: () => refused, close: () => agent.destroy() }
}

async function openH2(options: LedgerOptions, watch: Watch): Promise<Wire | undefined> {
  const session = http2.connect(`https://localhost:${options.port}`, {
    ca: options.ca,
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const open = await new Promise<boolean>((resolve) => {
    session.once('connect', () => resolve(true))
    session.once('error', () => resolve(false))
  })
  if (!open) return undefined
  watch.opened()
  let going = true
  let told = false
  session.on('error', (error) => {
    told = true
    watch.dropped(error.message)
  })
  session.on('goaway', (code) => {
    going = false
    told = true
    if (code !== http2.constants.NGHTTP2_NO_ERROR) watch.dropped(`GOAWAY ${code}`)
  })
  session.on('close', () => {
    going = false
    if (!told) watch.dropped('closed without GOAWAY')
  })
  const ask: Ask = (question, signal) =>
    new Promise((resolve) => {
      if (session.closed || session.destroyed) {
        resolve({ kind: 'unsent' })
        return
      }
      let head: number | undefined
      const chunks: Buffer[] = []
      const method = question.body === undefined ? 'GET' : 'POST'
      const stream = session.request(
        { ':path': question.path, ':method': method, ...lengthOf(question) },
        { endStream: question.body === undefined },
      )
      if (question.body !== undefined) stream.end(question.body)
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
        if (head !== undefined && code === 0) resolve(judge(head, Buffer.concat(chunks), question))
        else if (head !== undefined) resolve({ kind: 'cut', why: `RST_STREAM ${code}` })
        // REFUSED_STREAM promises that nothing was done (RFC 9113 §8.7).
        else if (code === http2.constants.NGHTTP2_REFUSED_STREAM) resolve({ kind: 'unsent' })
        else resolve({ kind: 'lost', why: `RST_STREAM ${code}` })
      })
    })
  return {
    ask,
    usable: () => going,
    refused: () => false,
    close() {
      told = true
      session.close()
    },
  }
}

function lengthOf({ body }: Question): { 'content-length'?: number } {
  return body === undefined ? {} : { 'content-length': body.length }
}
