/** Roam as a process, with a pool for each kind of trouble. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { get } from '../../support/roam-process.ts'
import { type Daemon, startDaemon } from '../../monitoring/support/daemon.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
/** Longer than CertificateExpiring warns. */
const CERTIFICATE_DAYS = 90
const START_MS = 20_000

export interface Pool {
  readonly name: string
  /** Where requests for it begin. */
  readonly path: string
  readonly backends: readonly { readonly id: string; readonly url: string }[]
  /** Further lines of YAML. */
  readonly settings?: readonly string[]
  /** Of each backend; as many as by default where it is left out. */
  readonly maxRequests?: number
  /** Class of its requests, where their paths are those of pages. */
  readonly requestClass?: string
}

export interface Roam {
  readonly port: number
  readonly caFile: string
  readonly ca: string
  readonly daemon: Daemon
  metrics(): Promise<string>
  /** Has it read its configuration again, with this at its end. */
  reload(addition: string): void
  close(): Promise<void>
}

export async function startRoam(pools: readonly Pool[]): Promise<Roam> {
  const folder = mkdtempSync(join(tmpdir(), 'roam-live-'))
  const caFile = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  makeCertificate(caFile, key)
  const config = join(folder, 'roam.yaml')
  const text = configuration(pools, caFile, key)
  writeFileSync(config, text)
  const ca = readFileSync(caFile, 'utf8')
  const { daemon, port } = await listening(config)
  return {
    port,
    caFile,
    ca,
    daemon,
    metrics: () => get(port, '/metrics', ca),
    reload(addition) {
      writeFileSync(config, text + addition)
      process.kill(daemon.pid, 'SIGHUP')
    },
    async close() {
      await daemon.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Port 0 takes what is free for TCP, where UDP's may be somebody else's by then: that start is repeated. */
async function listening(config: string): Promise<{ daemon: Daemon; port: number }> {
  const deadline = performance.now() + START_MS
  for (;;) {
    const daemon = startDaemon(process.execPath, [main, 'start', '--config', config])
    for (;;) {
      const text = daemon.log.join('\n')
      const port = /listening on \S*:(\d+)/.exec(text)?.[1]
      if (port !== undefined) return { daemon, port: Number(port) }
      if (performance.now() > deadline) throw new Error(`Roam does not start:\n${text}`)
      if (text.includes('is in use by another program')) break
      await sleep(50)
    }
    await daemon.close()
  }
}

function configuration(pools: readonly Pool[], cert: string, key: string): string {
  return [
    'listeners:',
    '  - address: "127.0.0.1:0"',
    `    certificates: [{ cert: ${cert}, key: ${key} }]`,
    'pools:',
    ...pools.flatMap(({ name, backends, settings = [], maxRequests }) => [
      `  ${name}:`,
      // More often than by default: the minutes of this test belong to the alerts.
      '    health: { path: /admin/tool/heartbeat/, interval: 5s, timeout: 2s }',
      ...settings.map((line) => `    ${line}`),
      '    backends:',
      ...backends.map(({ id, url }) => {
        const limit = maxRequests === undefined ? '' : `, maxRequests: ${maxRequests}`
        return `      - { id: ${id}, url: "${url}"${limit} }`
      }),
    ]),
    'routes:',
    ...pools.map(({ name, path, requestClass }) => {
      const kind = requestClass === undefined ? '' : `, class: ${requestClass}`
      return `  - { path: ${path}, pool: ${name}${kind} }`
    }),
    '',
  ].join('\n')
}

function makeCertificate(cert: string, key: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', String(CERTIFICATE_DAYS), '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
}
