/** Roam as a whole in front of a raw backend, for tests that speak to it byte by byte. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type App, createApp, type ListeningAddress } from '../../src/app/app.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { LimitsConfig, RoamConfig } from '../../src/config/types.ts'
import type { RequestRecord } from '../../src/core/events.ts'
import type { Protocol } from '../../src/core/exchange.ts'
import { type RawBackend, type RawBackendOptions, startRawBackend } from './raw-backend.ts'

export interface RawAppOptions {
  readonly limits?: Partial<LimitsConfig>
  readonly backend?: RawBackendOptions
  /** What the encrypted listener offers; without h3 no addon is needed. */
  readonly protocols?: readonly Protocol[]
}

export interface RawApp {
  readonly app: App
  readonly backend: RawBackend
  /** TLS, and UDP where h3 is offered. */
  readonly securePort: number
  /** HTTP/1.1 without TLS. */
  readonly plainPort: number
  /** Ended requests. */
  readonly records: readonly RequestRecord[]
  /** Does a plain GET still get its answer? */
  alive(): Promise<boolean>
  close(): Promise<void>
}

/** A self-signed certificate for localhost in a new directory. */
function makeCertificate(directory: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem']
  const cert = ['-x509', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost']
  execFileSync('openssl', ['req', ...key, ...cert, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], {
    cwd: directory,
    stdio: 'ignore',
  })
}

/** A port that is free for UDP may be taken for TCP; with port 0 another try gets another one. */
async function listen(config: RoamConfig, tries = 5): Promise<readonly [App, readonly ListeningAddress[]]> {
  const app = createApp(config, { log: pino({ level: 'silent' }) })
  try {
    return [app, await app.listen()]
  } catch (error) {
    if (tries === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return listen(config, tries - 1)
  }
}

/** Starts both; the caller closes. */
export async function startRawApp(options: RawAppOptions = {}): Promise<RawApp> {
  const directory = mkdtempSync(join(tmpdir(), 'roam-raw-'))
  makeCertificate(directory)
  const backend = await startRawBackend(options.backend)
  const protocols = options.protocols ?? ['h2', 'http/1.1']
  const { config } = parseConfig(
    JSON.stringify({
      listeners: [
        { address: '127.0.0.1:0', protocols, certificates: [{ cert: 'cert.pem', key: 'key.pem' }] },
        { address: '127.0.0.1:0', protocols: ['http/1.1'] },
      ],
      pools: {
        raw: { backends: [{ id: 'raw', url: backend.url, maxRequests: 1000 }], retries: { attempts: 0 } },
      },
      routes: [{ host: '*', path: '/', pool: 'raw' }],
    }),
    join(directory, 'roam.yaml'),
  )
  const limits = { ...config.limits, ...options.limits }
  const [app, addresses] = await listen({ ...config, limits }).catch(async (error: unknown) => {
    await backend.close()
    throw error
  })
  const records: RequestRecord[] = []
  app.events.on('request:end', (record) => records.push(record))
  const [secure, plain] = addresses
  if (secure === undefined || plain === undefined) throw new Error('two listeners expected')
  return {
    app,
    backend,
    securePort: secure.port,
    plainPort: plain.port,
    records,
    alive: async () => {
      const response = await fetch(`http://127.0.0.1:${plain.port}/alive`)
      return response.status === 200 && (await response.text()) === 'ok'
    },
    async close() {
      await app.close()
      await backend.close()
      rmSync(directory, { recursive: true })
    },
  }
}
