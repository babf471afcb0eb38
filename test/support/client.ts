/** One request over any of the three protocols, with everything that came back. Foreign clients: Node's and aioquic. */
import { createHash } from 'node:crypto'
import http2 from 'node:http2'
import https from 'node:https'
import { fileURLToPath } from 'node:url'
import type { Protocol } from '../../src/core/exchange.ts'
import { run } from './client-tools.ts'
import type { Roam } from './roam.ts'

export interface Ask {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Stop the response after this many bytes. */
  readonly stopAfter?: number
  /** Break off the request's body after this many bytes. */
  readonly resetAfter?: number
}

type Pairs = [string, string][]

export interface Answer {
  readonly interim: readonly { status: number; headers: Pairs }[]
  readonly status: number | undefined
  readonly headers: Pairs
  readonly trailers: Pairs
  readonly bytes: number
  readonly body: Buffer
  readonly sha256: string
  /** The response ended as a response should. */
  readonly complete: boolean
}

export const header = (pairs: Pairs, name: string): string | undefined =>
  pairs.find(([key]) => key === name)?.[1]

export function ask(roam: Roam, protocol: Protocol, what: Ask): Promise<Answer> {
  if (protocol === 'h3') return askH3(roam, what)
  return protocol === 'h2' ? askH2(roam, what) : askH1(roam, what)
}

class Collector {
  readonly interim: { status: number; headers: Pairs }[] = []
  status: number | undefined
  headers: Pairs = []
  trailers: Pairs = []
  bytes = 0
  readonly #chunks: Buffer[] = []
  readonly #hash = createHash('sha256')

  add(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#hash.update(chunk)
    if (this.bytes < 1 << 20) this.#chunks.push(chunk)
  }

  answer(complete: boolean): Answer {
    const { interim, status, headers, trailers, bytes } = this
    const body = Buffer.concat(this.#chunks)
    return { interim, status, headers, trailers, bytes, body, sha256: this.#hash.digest('hex'), complete }
  }
}

async function askH1(roam: Roam, what: Ask): Promise<Answer> {
  const seen = new Collector()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const request = https.request({
    host: '127.0.0.1',
    servername: 'localhost',
    port: roam.port,
    ca: roam.ca,
    method: what.method ?? 'GET',
    path: what.path,
    headers: {
      host: `localhost:${roam.port}`,
      ...(what.body === undefined ? {} : { 'content-length': String(what.body.length) }),
      ...what.headers,
    },
    agent: false,
  })
  request.on('information', ({ statusCode, rawHeaders }: { statusCode: number; rawHeaders: string[] }) => {
    seen.interim.push({ status: statusCode, headers: pairsOf(rawHeaders) })
  })
  request.on('error', () => resolve(false))
  request.on('response', (response) => {
    seen.status = response.statusCode
    seen.headers = pairsOf(response.rawHeaders)
    response.on('data', (chunk: Buffer) => {
      seen.add(chunk)
      if (what.stopAfter !== undefined && seen.bytes >= what.stopAfter) request.destroy()
    })
    response.on('end', () => {
      seen.trailers = pairsOf(response.rawTrailers)
      resolve(response.complete)
    })
    response.on('error', () => resolve(false))
    response.on('close', () => resolve(false))
  })
  if (what.resetAfter !== undefined && what.body !== undefined) {
    request.write(what.body.subarray(0, what.resetAfter))
    setTimeout(() => request.destroy(), 200)
  } else request.end(what.body)
  return seen.answer(await promise)
}

async function askH2(roam: Roam, what: Ask): Promise<Answer> {
  const seen = new Collector()
  const session = http2.connect(`https://127.0.0.1:${roam.port}`, { ca: roam.ca, servername: 'localhost' })
  session.on('error', () => {})
  const stream = session.request({
    ':method': what.method ?? 'GET',
    ':path': what.path,
    ':authority': `localhost:${roam.port}`,
    ...(what.body === undefined ? {} : { 'content-length': String(what.body.length) }),
    ...what.headers,
  })
  const fate = { ended: false }
  const closed = new Promise((resolve) => stream.once('close', resolve))
  stream.on('headers', (headers, _flags, raw: string[] | undefined) => {
    seen.interim.push({ status: Number(headers[':status']), headers: pairsOf(raw ?? []) })
  })
  stream.on('response', (headers, _flags, raw: string[] | undefined) => {
    seen.status = Number(headers[':status'])
    seen.headers = pairsOf(raw ?? []).filter(([name]) => name !== ':status')
  })
  stream.on('trailers', (_headers, _flags, raw: string[] | undefined) => {
    seen.trailers = pairsOf(raw ?? [])
  })
  stream.on('data', (chunk: Buffer) => {
    seen.add(chunk)
    if (what.stopAfter !== undefined && seen.bytes >= what.stopAfter)
      stream.close(http2.constants.NGHTTP2_CANCEL)
  })
  stream.on('end', () => {
    fate.ended = true
  })
  stream.on('error', () => {})
  if (what.resetAfter !== undefined && what.body !== undefined) {
    stream.write(what.body.subarray(0, what.resetAfter))
    setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 200)
  } else if (what.body === undefined) stream.end()
  else stream.end(what.body)
  await closed
  const complete = fate.ended && stream.rstCode === http2.constants.NGHTTP2_NO_ERROR
  session.close()
  return seen.answer(complete)
}

const SCRIPT = fileURLToPath(new URL('aioquic/request.py', import.meta.url))
/** A Python that has aioquic. */
export const PYTHON = process.env.ROAM_TEST_PYTHON ?? 'python3'

async function askH3(roam: Roam, what: Ask): Promise<Answer> {
  const input = {
    port: roam.port,
    ca: roam.caFile,
    method: what.method ?? 'GET',
    path: what.path,
    headers: [
      ...(what.body === undefined ? [] : [['content-length', String(what.body.length)]]),
      ...Object.entries(what.headers ?? {}),
    ],
    body: what.body?.toString('base64') ?? null,
    stopAfter: what.stopAfter ?? null,
    resetAfter: what.resetAfter ?? null,
  }
  const { code, stdout, stderr } = await run(PYTHON, [SCRIPT], { input: Buffer.from(JSON.stringify(input)) })
  if (code !== 0) throw new Error(`aioquic: ${stderr.split('\n').slice(-4).join(' ')}`)
  const answer = JSON.parse(stdout) as Omit<Answer, 'body'> & { body: string }
  return { ...answer, status: answer.status ?? undefined, body: Buffer.from(answer.body, 'base64') }
}

function pairsOf(flat: readonly string[]): Pairs {
  const pairs: Pairs = []
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!.toLowerCase(), flat[i + 1]!])
  return pairs
}
