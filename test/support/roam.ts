/** The whole product in this process, on free ports, in front of demo backends. */
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type DemoBackend, startDemoBackend } from '../../demo/backend.ts'
import { type App, createApp } from '../../src/app/app.ts'
import { ensureDevCertificates } from '../../src/cli/dev-ca/dev-certificates.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { RoamConfig } from '../../src/config/types.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Events, RequestRecord } from '../../src/core/events.ts'
import { Metrics } from './metrics-text.ts'

export interface RoamOptions {
  /** Demo backends b1, b2 …; 1 by default. */
  readonly backends?: number
  /** Instead of demo backends. */
  readonly backendUrls?: readonly string[]
  /** 'app' by default. */
  readonly poolName?: string
  /** Keys of the pool besides its backends, as YAML lines. */
  readonly pool?: string
  /** Keys of each backend besides id and url, in flow style. */
  readonly backend?: string
  /** Instead of one route for everything; pools are called app. YAML in flow style. */
  readonly routes?: string
  /** More top-level YAML. */
  readonly extra?: string
  /** Keys of the TLS listener besides address and certificates, as YAML lines. */
  readonly listener?: string
  /** Keys of the plain listener besides address and protocols, as YAML lines. */
  readonly plainListener?: string
  /** More listeners, as a YAML list. */
  readonly listeners?: string
  /** '' by default: all addresses of both families. */
  readonly host?: string
  readonly protocols?: readonly ('h3' | 'h2' | 'http/1.1')[]
  /** Instead of the one that all tests share: PEM files for the TLS listener. */
  readonly certificate?: { readonly cert: string; readonly key: string }
  readonly clock?: Clock
}

export interface Roam {
  readonly app: App
  readonly events: Events
  /** TLS: TCP and UDP. */
  readonly port: number
  /** Plain HTTP/1.1. */
  readonly plainPort: number
  readonly origin: string
  /** PEM of the CA that signed the certificate for localhost. */
  readonly ca: string
  readonly caFile: string
  readonly backends: readonly DemoBackend[]
  /** Puts another configuration in force: the options of the start with these instead. */
  reload(options: Omit<RoamOptions, 'backends' | 'clock'>): Promise<readonly string[]>
  /** Every record so far, oldest first. */
  readonly records: readonly RequestRecord[]
  /** Parsed /metrics, by way of the plain port. */
  metrics(): Promise<Metrics>
  /** Resolves with the next record that fits. */
  nextRecord(fits?: (record: RequestRecord) => boolean): Promise<RequestRecord>
}

/** Certificates are made once per user and reused: tests are about other things. */
const CERTIFICATES = join(tmpdir(), `roam-test-certificates-${process.getuid?.() ?? 0}`)

/** Starts, and stops when the test ends. */
export async function startRoam(t: Test, options: RoamOptions = {}): Promise<Roam> {
  const certificates = ensureDevCertificates(CERTIFICATES)
  const backends =
    options.backendUrls === undefined
      ? await Promise.all(
          Array.from({ length: options.backends ?? 1 }, (_, i) => startDemoBackend({ id: `b${i + 1}` })),
        )
      : []
  t.teardown(() => Promise.all(backends.map((backend) => backend.close())))
  const backendUrls = options.backendUrls ?? backends.map(({ url }) => url)
  const defaults = { certificate: certificates.site, backendUrls }
  const config = configure({ ...defaults, ...options })
  const app = createApp(config, {
    log: pino({ level: 'silent' }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const records: RequestRecord[] = []
  app.events.on('request:end', (record) => records.push(record))
  const [secure, plain] = await app.listen()
  t.teardown(() => app.close())
  return {
    app,
    events: app.events,
    port: secure!.port,
    plainPort: plain!.port,
    origin: `https://localhost:${secure!.port}`,
    ca: readFileSync(certificates.authority, 'utf8'),
    caFile: certificates.authority,
    backends,
    reload: async (changes) => app.reload(configure({ ...defaults, ...options, ...changes })),
    records,
    async metrics() {
      const response = await fetch(`http://127.0.0.1:${plain!.port}/metrics`)
      return new Metrics(await response.text())
    },
    nextRecord: (fits = () => true) =>
      new Promise((resolve) => {
        const look = (record: RequestRecord) => {
          if (!fits(record)) return
          app.events.off('request:end', look)
          resolve(record)
        }
        app.events.on('request:end', look)
      }),
  }
}

type Complete = RoamOptions & Required<Pick<RoamOptions, 'backendUrls' | 'certificate'>>

function configure(options: Complete): RoamConfig {
  const { backendUrls, certificate, poolName = 'app' } = options
  const protocols = options.protocols ?? ['h3', 'h2', 'http/1.1']
  const backend = options.backend === undefined ? '' : `, ${options.backend}`
  const text = `
listeners:
  - address: "${options.host ?? ''}:0"
    protocols: [${protocols.join(', ')}]
    certificates: [{ cert: "${certificate.cert}", key: "${certificate.key}" }]
${indent(options.listener, 4)}
  - address: "127.0.0.1:0"
    protocols: [http/1.1]
${indent(options.plainListener, 4)}
${indent(options.listeners, 2)}
pools:
  ${poolName}:
    backends:
${backendUrls.map((url, i) => `      - { id: b${i + 1}, url: "${url}"${backend} }`).join('\n')}
${indent(options.pool, 4)}
routes: ${options.routes ?? `[{ host: "*", path: /, pool: ${poolName} }]`}
${options.extra ?? ''}
`
  return parseConfig(text, join(CERTIFICATES, 'roam.yaml')).config
}

function indent(text: string | undefined, by: number): string {
  if (text === undefined) return ''
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => ' '.repeat(by) + line).join('\n')
}
