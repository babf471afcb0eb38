/**
 * A backend that the tests can hold to account. It runs as a process of its own, because it gets killed.
 *
 *     node ledger-backend.ts PORT [ID] [FILE]
 *
 *     GET  /ledger/REQUEST/SIZE   the request's id and a newline, repeated and cut to SIZE bytes
 *     GET  /late/REQUEST/SIZE     the same, a moment later: long enough to be killed over it
 *     GET  /torn/REQUEST/SIZE     the same, but one answer in fifty breaks off in the middle
 *     POST /once/REQUEST          notes the request in FILE, which outlives the process, and answers a moment later
 *     GET  /bytes/N               N bytes of the pattern (bytes.ts), made as they are asked for
 *     GET  /slow/MS/N             the same, the head MS milliseconds late
 *     POST /upload                {"bytes", "sha256"} of what came
 *     POST /sip/RATE              takes RATE bytes a second, answers like /upload
 *     GET  /page                  an HTML page that does nothing
 *     GET  /health                200
 *     GET  /served                how many other requests came so far
 *
 * `?` and what follows is ignored, so that a browser can be kept from caching.
 */
import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { once } from 'node:events'
import http from 'node:http'
import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { patternStream } from './bytes.ts'

/** What GET /ledger/ID/SIZE answers. */
export function ledgerBody(id: string, size: number): Buffer {
  return Buffer.alloc(size, `${id}\n`)
}

const LATE_MS = 20
const TORN_EVERY = 50

let served = 0

async function answer(
  req: http.IncomingMessage,
  res: http.ServerResponse,
  id: string,
  file: string | undefined,
): Promise<void> {
  const [, what, first = '', second = ''] = (req.url ?? '/').split('?')[0]?.split('/') ?? []
  res.setHeader('x-backend', id)
  if (what !== 'served') served++
  switch (what) {
    case 'ledger':
      res.end(ledgerBody(first, Number(second)))
      return
    case 'late':
      await sleep(LATE_MS)
      res.end(ledgerBody(first, Number(second)))
      return
    case 'torn':
      await sleep(LATE_MS)
      if (served % TORN_EVERY === 0) await tear(res, ledgerBody(first, Number(second)))
      else res.end(ledgerBody(first, Number(second)))
      return
    case 'once':
      if (file === undefined) throw new Error('POST /once needs a file')
      appendFileSync(file, `${first}\n`)
      await sleep(LATE_MS)
      await upload(req, res)
      return
    case 'slow':
      await sleep(Number(first))
      download(res, Number(second))
      return
    case 'bytes':
      download(res, Number(first))
      return
    case 'upload':
      await upload(req, res)
      return
    case 'sip':
      await upload(req, res, Number(first))
      return
    case 'served':
      res.end(String(served))
      return
    case 'page':
      res.setHeader('content-type', 'text/html')
      res.end('<!doctype html><title>page</title><link rel="icon" href="data:,"><p>page</p>')
      return
    case undefined:
    default:
      res.end('ok\n')
  }
}

/** Half of it has left when the connection is cut. */
async function tear(res: http.ServerResponse, body: Buffer): Promise<void> {
  res.setHeader('content-length', body.length)
  await new Promise((resolve) => res.write(body.subarray(0, body.length / 2), resolve))
  await sleep(LATE_MS)
  res.destroy()
}

function download(res: http.ServerResponse, bytes: number): void {
  res.setHeader('content-type', 'application/octet-stream')
  res.setHeader('content-length', bytes)
  const body = patternStream(bytes)
  res.on('close', () => body.destroy())
  body.pipe(res)
}

async function upload(req: http.IncomingMessage, res: http.ServerResponse, rate = Infinity): Promise<void> {
  const hash = createHash('sha256')
  const started = performance.now()
  let bytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length
    hash.update(chunk)
    const ahead = (bytes / rate) * 1000 - (performance.now() - started)
    if (ahead > 0) await sleep(ahead)
  }
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify({ bytes, sha256: hash.digest('hex') }))
}

function main(): void {
  const [port, id = 'backend', file] = process.argv.slice(2)
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    answer(req, res, id, file).catch(() => res.destroy())
  })
  server.listen(Number(port), '127.0.0.1', () => {
    const address = server.address()
    console.log(typeof address === 'object' ? address?.port : address)
  })
}

/** A backend process and the ways to be unkind to it. */
export interface LedgerBackend {
  readonly id: string
  readonly port: number
  readonly url: string
  /** How many requests it has seen. */
  served(): Promise<number>
  /** SIGKILL: no goodbye, connections are reset by the kernel. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts one, on a free port or the given one. `file`: where it notes what must happen once. */
export async function startLedgerBackend(id: string, port = 0, file?: string): Promise<LedgerBackend> {
  let child = await launch(id, port, file)
  const bound = child.port
  const kill = async (): Promise<void> => {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return
    const gone = once(child.process, 'exit')
    child.process.kill('SIGKILL')
    await gone
  }
  return {
    id,
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    served: async () => Number(await (await fetch(`http://127.0.0.1:${bound}/served`)).text()),
    kill,
    async restart() {
      await kill()
      child = await launch(id, bound, file)
    },
    close: kill,
  }
}

async function launch(
  id: string,
  port: number,
  file: string | undefined,
): Promise<{ process: ChildProcess; port: number }> {
  const args = [fileURLToPath(import.meta.url), String(port), id, ...(file === undefined ? [] : [file])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  // A test that dies must not leave its backends behind.
  const end = (): boolean => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the backend ${id} did not start (exit code ${String(code)})`)
    }),
  ])) as [Buffer]
  return { process: child, port: Number(line.toString()) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
