/** A telemetry of two backends behind fakes, and readers of what it exposes. */
import type { Clock } from '../../../src/core/clock.ts'
import { type Events, type RequestRecord, createEvents } from '../../../src/core/events.ts'
import type { Inspector, Pool } from '../../../src/core/ports.ts'
import type { EngineCounters, Sample } from '../../../src/core/transport.ts'
import type { TelemetryConfig } from '../../../src/telemetry/section.ts'
import { backendView as backend } from '../../support/backends.ts'
import { type Telemetry, createTelemetry } from '../../../src/telemetry/telemetry.ts'

export { backend }

export const REQUEST: RequestRecord = {
  id: 'r-1',
  protocol: 'h3',
  method: 'GET',
  path: '/course/view.php',
  host: 'moodle.example.org',
  status: 200,
  routeClass: 'page',
  backendId: 'moodle-1',
  attempts: 1,
  durationSeconds: 0.25,
  timeToFirstByteSeconds: 0.125,
  overheadSeconds: 0.002,
  queueSeconds: 0,
  requestBytes: 0,
  responseBytes: 1000,
  error: undefined,
  errorMessage: undefined,
  remoteAddress: '192.0.2.7',
  early: false,
  local: false,
}

export const SAMPLE: Sample = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsRetransmitted: 0,
  spuriousLosses: 0,
  probeTimeouts: 0,
  bytesSent: 0,
  bytesReceived: 0,
  amplificationLimited: 0,
  connectionBlocked: 0,
  streamBlocked: 0,
  streamsBidiBlocked: 0,
  streamsUniBlocked: 0,
  rttSeconds: 0,
  minRttSeconds: 0,
  congestionWindowBytes: 0,
  deliveryRate: 0,
  pathMtuBytes: 0,
  final: false,
}

export const ENGINE: EngineCounters = {
  activeConnections: 0,
  halfOpenConnections: 0,
  retrySent: 0,
  retryValidated: 0,
  retryErrors: 0,
  versionNegotiations: 0,
  statelessResets: 0,
  rejectedConnectionLimit: 0,
  rejectedInvalidToken: 0,
  rejectedDraining: 0,
  droppedTooShort: 0,
  droppedUnknownConnection: 0,
  droppedParseError: 0,
  droppedDecryptError: 0,
  droppedBufferFull: 0,
  droppedOther: 0,
  sendErrorsAgain: 0,
  sendErrorsNoBuffers: 0,
  sendErrorsMessageSize: 0,
  sendErrorsOther: 0,
  receiveErrorsOther: 0,
  panics: 0,
  rejectedRequests: 0,
  datagramsForwarded: 0,
}

export function pool(name: string, changes: Partial<Pool> = {}): Pool {
  return {
    name,
    policy: 'least-requests',
    backends: [],
    retries: { attempts: 0, budget: { deposit() {}, withdraw: () => false } },
    hostHeader: 'preserve',
    withoutOwnCookie: (fields) => fields,
    queue: { depth: 0, limit: 1000 },
    panicking: false,
    acquire: () => undefined,
    retryAfterSeconds: () => 1,
    ...changes,
  }
}

export function inspector(changes: Partial<Inspector> = {}): Inspector {
  return {
    backends: () => [backend('moodle-1'), backend('moodle-2')],
    pools: () => [pool('moodle')],
    backendConnections: () => ({ active: 0, idle: 0, pending: 0 }),
    requestsInFlight: () => ({ 'http/1.1': 0, h2: 0, h3: 0 }),
    requestsOlderThan: () => ({ 'http/1.1': 0, h2: 0, h3: 0 }),
    activeConnections: () => ({ 'http/1.1': 0, h2: 0, h3: 0 }),
    policies: () => ['least-requests'],
    engineCounters: () => ENGINE,
    certificates: () => [],
    logLinesDropped: () => 0,
    ...changes,
  }
}

export function config(
  backends = ['moodle-1', 'moodle-2'],
  changes: Partial<TelemetryConfig> = {},
): TelemetryConfig {
  return {
    pools: [{ name: 'moodle', policy: 'least-requests', backends: backends.map((id) => ({ id })) }],
    listeners: [{ protocols: ['h3', 'h2', 'http/1.1'] }],
    networks: new Map(),
    limits: { maxConnections: 10_000 },
    ...changes,
  }
}

/** Time that only a test moves. */
export class ManualClock implements Clock {
  #now = 0
  #timers: { at: number; every: number | undefined; callback: () => void }[] = []
  now = (): number => this.#now

  every(ms: number, callback: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, callback })
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: undefined, callback })
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#now = due.at
      if (due.every === undefined) this.#timers = this.#timers.filter((timer) => timer !== due)
      else due.at += due.every
      due.callback()
    }
    this.#now = end
  }

  #add(timer: { at: number; every: number | undefined; callback: () => void }): () => void {
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
}

export interface Bench {
  readonly events: Events
  readonly telemetry: Telemetry
  /** The value of one series, written as the text has it; undefined where there is none. */
  readonly value: (series: string) => Promise<number | undefined>
  /** Every series of the text. */
  readonly series: () => Promise<string[]>
  /** Every series of the text with its value. */
  readonly samples: () => Promise<Map<string, number>>
}

export function telemetry(
  options: { inspector?: Inspector; config?: TelemetryConfig; clock?: Clock } = {},
): Bench {
  const events = createEvents()
  const made = createTelemetry({
    events,
    inspector: options.inspector ?? inspector(),
    config: options.config ?? config(),
    version: '0.1.0',
    commit: 'abc1234',
    clock: options.clock ?? new ManualClock(),
  })
  const samples = async (): Promise<Map<string, number>> =>
    new Map(
      (await made.render())
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => {
          const space = line.lastIndexOf(' ')
          return [line.slice(0, space), Number(line.slice(space + 1))]
        }),
    )
  return {
    events,
    telemetry: made,
    value: async (series) => (await samples()).get(series),
    series: async () => [...(await samples()).keys()],
    samples,
  }
}
