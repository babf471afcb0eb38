/** The product as its operator runs it: a process with a configuration file, seen through its sockets and /metrics. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Metrics } from './metrics-text.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface RoamOptions {
  readonly backends: readonly { readonly id: string; readonly url: string }[]
  /** Where it listens; "127.0.0.1:0" by default. */
  readonly address?: string
  /** All three by default. */
  readonly protocols?: readonly ('h3' | 'h2' | 'http/1.1')[]
  /** Keys of the pool besides its backends, in YAML's flow style. */
  readonly pool?: readonly string[]
  /** Further top-level lines of the configuration. */
  readonly lines?: readonly string[]
  /** Instead of one that signs itself: PEM files, and that of the authority that clients trust. */
  readonly certificate?: { readonly cert: string; readonly key: string; readonly authority: string }
}

export interface RoamProcess {
  readonly port: number
  readonly pid: number
  readonly configFile: string
  /** PEM file that clients trust, and its text. */
  readonly caFile: string
  readonly ca: string
  /** What it logged so far; JSON lines. */
  readonly log: readonly string[]
  metrics(): Promise<Metrics>
  /** Reads /metrics until `ready` holds; rejects with what was awaited after the deadline. */
  until(what: string, ready: (metrics: Metrics) => boolean, deadlineMs?: number): Promise<Metrics>
  /** Resident memory now, bytes (Linux). */
  rss(): number
  signal(name: NodeJS.Signals): void
  /** Starts a process that takes over from this one; resolves when it serves. */
  succeed(): Promise<RoamProcess>
  /** Exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
  /** SIGKILL and cleaning up; for teardown. */
  close(): Promise<void>
}

/** A self-signed P-256 certificate for localhost and the loopback addresses. */
export function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2,IP:::1'
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  return { cert, key }
}

/** Port 0 takes what is free for TCP, where UDP's may be somebody else's by then: that start is repeated. */
export async function startRoam(options: RoamOptions): Promise<RoamProcess> {
  for (let left = 5; ; left--) {
    try {
      return await launch(options)
    } catch (error) {
      const unlucky = error instanceof Error && error.message.includes('is in use by another program')
      if (!unlucky || left === 0) throw error
    }
  }
}

async function launch(options: RoamOptions): Promise<RoamProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'roam-test-'))
  const { cert, key } = options.certificate ?? makeCertificate(folder)
  const authority = options.certificate?.authority ?? cert
  const file = join(folder, 'roam.yaml')
  const backends = options.backends.map(({ id, url }) => `{ id: ${id}, url: "${url}", maxRequests: 1000 }`)
  writeFileSync(
    file,
    [
      'listeners:',
      `  - address: "${options.address ?? '127.0.0.1:0'}"`,
      `    protocols: [${(options.protocols ?? ['h3', 'h2', 'http/1.1']).join(', ')}]`,
      `    certificates: [{ cert: ${cert}, key: ${key} }]`,
      'pools:',
      '  test:',
      `    backends: [${backends.join(', ')}]`,
      ...(options.pool ?? []).map((line) => `    ${line}`),
      'routes:',
      '  - { pool: test }',
      ...(options.lines ?? []),
      '',
    ].join('\n'),
  )
  return run(folder, file, authority)
}

/** @param args further arguments */
async function run(
  folder: string,
  file: string,
  authority: string,
  args: readonly string[] = [],
): Promise<RoamProcess> {
  const child = spawn(process.execPath, [main, 'start', '--config', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Where processes meet for a takeover: what a killed one leaves behind goes with the folder.
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  })
  const end = (): boolean => child.kill('SIGKILL')
  process.once('exit', end)
  const log: string[] = []
  const exited = once(child, 'exit').then(([code, signal]) => {
    process.off('exit', end)
    return (code ?? signal) as number | NodeJS.Signals
  })
  createInterface(child.stderr).on('line', (line) => log.push(line))
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line)
      const seen = /listening on \S*:(\d+)/.exec(line)?.[1]
      if (seen !== undefined) resolve(Number(seen))
    })
    void exited.then((code) => reject(new Error(`Roam ended with ${code}:\n${log.join('\n')}`)))
  })
  const ca = readFileSync(authority, 'utf8')
  const metrics = async (): Promise<Metrics> => new Metrics(await get(port, '/metrics', ca))
  return {
    port,
    pid: child.pid ?? 0,
    configFile: file,
    caFile: authority,
    ca,
    log,
    exited,
    metrics,
    async until(what, ready, deadlineMs = 10_000) {
      const deadline = performance.now() + deadlineMs
      for (;;) {
        const seen = await metrics()
        if (ready(seen)) return seen
        if (performance.now() > deadline) throw new Error(`/metrics did not come to: ${what}`)
        await sleep(50)
      }
    },
    rss() {
      const pages = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(pages)?.[1]) * 1024
    },
    signal: (name) => void child.kill(name),
    succeed: () => run(folder, file, authority, ['--takeover']),
    async close() {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A GET over HTTP/1.1 on a connection of its own; the body as text. */
export function get(port: number, path: string, ca: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const req = https.get({ host, port, path, ca, servername: 'localhost', agent: false }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => (text += chunk))
      res.on('end', () => {
        if (res.statusCode === 200) resolve(text)
        else reject(new Error(`${path} answered ${res.statusCode ?? '?'}: ${text.slice(0, 200)}`))
      })
      res.on('error', reject)
    })
    req.on('error', reject)
  })
}
