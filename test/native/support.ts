/** An engine with a handler that answers, and a record of what it was told. */
import { createEngine } from '../../src/listener/quic/engine.ts'
import type { Engine, EngineHandler, EngineOptions, Sample } from '../../src/listener/quic/contract.ts'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'

const NAMES = ['localhost', '127.0.0.1']
export const authority = issueAuthority('engine tests', NAMES)

/** Another certificate with each call. */
export function certificate(): EngineOptions['certificates'][number] {
  return { ...issueServer(authority, NAMES), names: ['localhost'] }
}

const shared = certificate()

export function options(changes: Partial<EngineOptions> = {}): EngineOptions {
  return {
    certificates: [shared],
    congestionControl: 'cubic',
    addressValidation: 'auto',
    retryThreshold: 100,
    earlyData: false,
    maxIdleTimeoutMs: 5_000,
    handshakeTimeoutMs: 2_000,
    maxConnections: 100,
    maxConcurrentStreams: 100,
    streamWindowBytes: 64 * 1024,
    maxStreamWindowBytes: 256 * 1024,
    connectionWindowBytes: 256 * 1024,
    maxConnectionWindowBytes: 1024 * 1024,
    maxFieldSectionBytes: 16 * 1024,
    maxFieldCount: 100,
    sendBufferBytes: 64 * 1024,
    sampleIntervalMs: 60_000,
    secret: new Uint8Array(32).fill(1),
    ...changes,
  }
}

/** What happened, one line each, and the last sample of each connection. */
export interface Told {
  readonly lines: string[]
  readonly samples: Sample[]
}

export interface Running {
  readonly engine: Engine
  readonly told: Told
}

const HELLO = Buffer.from('hello')

/** Answers every request with `hello`; `changes` replaces single calls. */
export function start(
  changes: (engine: () => Engine) => Partial<EngineHandler> = () => ({}),
  settings: Partial<EngineOptions> = {},
): Running {
  const told: Told = { lines: [], samples: [] }
  const say = (line: string) => void told.lines.push(line)
  const handler: EngineHandler = {
    connectionOpened: (_, info) => say(`opened ${info.serverName}`),
    connectionClosed: (_, info) => say(`closed ${info.reason} by ${info.initiator}`),
    handshakeFailed: (reason) => say(`handshake failed: ${reason}`),
    request: (conn, stream, fields) => {
      say(`request ${fields[fields.indexOf(':path') + 1] ?? ''}`)
      engine.respond(conn, stream, 200, ['content-type', 'text/plain'], false)
      engine.write(conn, stream, HELLO, true)
    },
    data: (_conn, _stream, chunk) => say(`data ${chunk.length}`),
    bodyEnd: () => say('body end'),
    requestReset: () => say('request reset'),
    responseStopped: () => say('response stopped'),
    writable: () => say('writable'),
    streamClosed: () => say('stream closed'),
    path: (_, event) => say(`path ${event.kind}`),
    sample: (_, sample) => void told.samples.push(sample),
    failed: (message) => say(`failed: ${message}`),
    ...changes(() => engine),
  }
  const engine: Engine = createEngine({ host: '127.0.0.1', port: 0 }, options(settings), handler)
  return { engine, told }
}
