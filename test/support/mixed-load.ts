/** Load on all three protocols at once, GETs and POSTs, until it is told to stop; nothing is forgiven. */
import { readFileSync } from 'node:fs'
import { ledgerLoad, type LedgerCounts } from './client-ledger.ts'
import { buildQuinnClient, quinnLoad } from './client-quinn.ts'

export interface MixedLoad {
  /** The ledger of each protocol. */
  stop(): Promise<Readonly<Record<'http/1.1' | 'h2' | 'h3', LedgerCounts>>>
}

export interface MixedLoadOptions {
  readonly port: number
  /** PEM, and a file with the same. */
  readonly ca: string
  readonly caFile: string
  /** What is asked for beside the POSTs; see ledger-backend.ts. */
  readonly path?: string
}

/** A load that nobody stops. */
const LONGEST_MS = 300_000
const PAUSE_MS = 10
const POST_EVERY = 10
const DEADLINE_MS = 10_000
const CONNECTIONS = 2
const STREAMS = 2

/** Resolves as soon as the programs are there. */
export async function startMixedLoad({
  port,
  ca,
  caFile,
  path = '/late',
}: MixedLoadOptions): Promise<MixedLoad> {
  await buildQuinnClient()
  const stop = new AbortController()
  const tcp = {
    ...{ port, ca, path, insist: true, durationMs: LONGEST_MS, until: stop.signal },
    ...{ pauseMs: PAUSE_MS, postEvery: POST_EVERY, deadlineMs: DEADLINE_MS, connections: CONNECTIONS },
  }
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1' }),
    ledgerLoad({ ...tcp, protocol: 'h2', streams: STREAMS }),
    quinnLoad({
      ...{ port, ca: caFile, path, until: stop.signal, timeoutMs: LONGEST_MS + DEADLINE_MS },
      args: [
        ...['--connections', String(CONNECTIONS), '--streams', String(STREAMS), '--insist', 'on'],
        ...['--pause', String(PAUSE_MS), '--post-every', String(POST_EVERY), '--until-eof', 'on'],
        ...['--duration', String(LONGEST_MS), '--deadline', String(DEADLINE_MS), '--idle-timeout', '3000'],
      ],
    }),
  ])
  return {
    async stop() {
      stop.abort()
      const [h1, h2, h3] = await loads
      return { 'http/1.1': h1, h2, h3 }
    },
  }
}

/** How often each POST was acted on, by what backends wrote down: id → times. */
export function postsIn(file: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const id of readFileSync(file, 'utf8').split('\n').slice(0, -1))
    times.set(id, (times.get(id) ?? 0) + 1)
  return times
}
