/** A Moodle of three nodes behind the product as `roam init --preset moodle` and `roam start` make it, and a browser. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import http2 from 'node:http2'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import type { DemoBackend } from '../../demo/backend.ts'
import { deadUrl } from '../support/dead-url.ts'
import { Metrics } from '../support/metrics-text.ts'
import { makeCertificate } from '../support/roam-process.ts'
import { roam } from '../unit/cli/support.ts'

export interface Preset {
  readonly nodes: readonly DemoBackend[]
  readonly port: number
  readonly ca: string
  readonly caFile: string
  readonly pid: number
  readonly metrics: () => Promise<Metrics>
}

const NODES = 3
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Recipe B: its port may be any. Everything ends with the test. */
export async function startPreset(t: Test): Promise<Preset> {
  const cwd = t.testdir()
  const { cert, key } = makeCertificate(cwd)
  const [port, adminPort] = await Promise.all([freePort(), freePort()])
  const wwwroot = `https://localhost:${port}`
  const site = { wwwroot, sslproxy: true, reverseproxy: true, server: 'nginx' } as const
  const nodes = await Promise.all(
    Array.from({ length: NODES }, (_, i) => startDemoBackend({ id: `moodle-${i + 1}`, site })),
  )
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  const flags = nodes.flatMap(({ id, url }) => ['--node', `${id}=${url}`])
  const init = ['init', '--preset', 'moodle', '--wwwroot', wwwroot, ...flags, '--cert', cert, '--key', key]
  const { code, stderr } = await roam(init, { cwd })
  if (code !== 0) throw new Error(stderr)
  const file = join(cwd, 'roam.yaml')
  // Another Roam may run on this machine.
  writeFileSync(file, readFileSync(file, 'utf8').replace('127.0.0.1:9901', `127.0.0.1:${adminPort}`))
  const child = spawn(process.execPath, [main, 'start'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const end = (): boolean => child.kill('SIGKILL')
  process.once('exit', end)
  t.teardown(async () => {
    process.off('exit', end)
    const gone = once(child, 'exit')
    end()
    await gone
  })
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.includes('listening on')) resolve()
    })
    child.once('exit', (status) => reject(new Error(`Roam ended with ${String(status)}`)))
  })
  const ca = readFileSync(cert, 'utf8')
  const metrics = async () => {
    const browser = new Browser(port, ca)
    const { text } = await browser.ask('/metrics')
    browser.close()
    return new Metrics(text)
  }
  return { nodes, port, ca, caFile: cert, pid: child.pid ?? 0, metrics }
}

async function freePort(): Promise<number> {
  return Number(new URL(await deadUrl()).port)
}

export interface Page {
  readonly status: number
  readonly headers: http2.IncomingHttpHeaders
  readonly bytes: number
  readonly sha256: string
  /** The first 4 MiB. */
  readonly text: string
  /** Milliseconds after the request, of the first piece and of the last. */
  readonly firstMs: number
  readonly lastMs: number
}

export interface Ask {
  readonly headers?: http2.OutgoingHttpHeaders
  /** Makes it a POST. */
  readonly body?: Iterable<Buffer>
}

const MOST_TEXT = 4 * 1024 * 1024

/** One HTTP/2 connection that keeps its cookies. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #session: http2.ClientHttp2Session

  constructor(port: number, ca: string) {
    this.#session = http2.connect(`https://localhost:${port}`, { ca })
    this.#session.on('error', () => {})
  }

  async ask(path: string, { headers = {}, body }: Ask = {}): Promise<Page> {
    const began = performance.now()
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const stream = this.#session.request({
      ':path': path,
      ':method': body === undefined ? 'GET' : 'POST',
      ...(cookie === '' ? {} : { cookie }),
      ...headers,
    })
    const answered = once(stream, 'response') as Promise<[http2.IncomingHttpHeaders]>
    const sent = body === undefined ? stream.end() : pipeline(Readable.from(body), stream, { end: true })
    const [fields] = await answered
    this.#keep(fields)
    const hash = createHash('sha256')
    const kept: Buffer[] = []
    let bytes = 0
    let firstMs = NaN
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (bytes === 0) firstMs = performance.now() - began
      bytes += chunk.length
      hash.update(chunk)
      if (bytes <= MOST_TEXT) kept.push(chunk)
    }
    await sent
    return {
      status: Number(fields[':status']),
      headers: fields,
      bytes,
      sha256: hash.digest('hex'),
      text: Buffer.concat(kept).toString(),
      firstMs,
      lastMs: performance.now() - began,
    }
  }

  close(): void {
    this.#session.close()
  }

  #keep(fields: http2.IncomingHttpHeaders): void {
    for (const field of fields['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? []
      this.cookies.set(name, value)
    }
  }
}

export interface Spike {
  readonly requests: number
  readonly overMs: number
  /** What each costs its node. */
  readonly costMs: number
}

/** Everybody starts the quiz: a POST each, from a session of their own. The count of each status. */
export async function startQuiz(
  { port, ca }: Preset,
  { requests, overMs, costMs }: Spike,
): Promise<Record<string, number>> {
  // As many as streams on one connection would be too few connections for a class.
  const browsers = Array.from({ length: Math.ceil(requests / 50) }, () => new Browser(port, ca))
  // Handshakes are no part of it: the class has been on the page for a while.
  await Promise.all(browsers.map((browser) => browser.ask('/theme/styles.php/boost/1/all')))
  const began = performance.now()
  const counts: Record<string, number> = {}
  const start = async (student: number): Promise<void> => {
    const { status } = await browsers[student % browsers.length]!.ask(
      `/mod/quiz/startattempt.php?delay=${costMs}`,
      { headers: { cookie: `MoodleSession=student${student}` }, body: [Buffer.from('cmid=7')] },
    )
    counts[status] = (counts[status] ?? 0) + 1
  }
  const all: Promise<void>[] = []
  while (all.length < requests) {
    const due = Math.min(requests, Math.ceil(((performance.now() - began) / overMs) * requests))
    while (all.length < due) all.push(start(all.length))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await Promise.all(all)
  for (const browser of browsers) browser.close()
  return counts
}
