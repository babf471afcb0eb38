/** Roam with work in hand on three protocols: what a process must not lose when it ends or is succeeded. */
import type { Test } from 'tap'
import { TEN_MB } from './acceptance.ts'
import { patternSha256 } from './bytes.ts'
import { curl } from './client-curl.ts'
import { ledgerLoad } from './client-ledger.ts'
import { buildQuinnClient, type LedgerCounts, quinnGet, quinnLoad } from './client-quinn.ts'
import type { RoamProcess } from './roam-process.ts'

export interface WorkInHand {
  /** Waits for the downloads and says whether they are whole. */
  finished(t: Test): Promise<void>
  /** What became of six seconds of requests: HTTP/1.1, HTTP/2, HTTP/3. */
  readonly loads: Promise<readonly LedgerCounts[]>
}

/** Resolves when three downloads of three seconds have begun and every protocol is under load. */
export async function takeUpWork(roam: RoamProcess): Promise<WorkInHand> {
  await buildQuinnClient()
  const sha256 = patternSha256(TEN_MB)
  const client = { port: roam.port, ca: roam.caFile, path: `/bytes/${TEN_MB}` }
  const rate = Math.round(TEN_MB / 3)
  const downloads = [
    curl({ ...client, protocol: 'http/1.1', rate }),
    curl({ ...client, protocol: 'h2', rate }),
    quinnGet({ ...client, args: ['--read-rate', String(rate), '--window', '200000'] }),
  ] as const
  const tcp = { port: roam.port, ca: roam.ca, durationMs: 6000, pauseMs: 5, deadlineMs: 5000 }
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 4 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 4 }),
    quinnLoad({
      port: roam.port,
      ca: roam.caFile,
      path: '/ledger',
      args: [
        ...['--connections', '2', '--streams', '4', '--pause', '5'],
        ...['--duration', '6000', '--deadline', '5000'],
      ],
    }),
  ])
  await roam.until('every protocol is under load', (seen) =>
    ['http/1.1', 'h2', 'h3'].every(
      (protocol) =>
        seen.value('quic_requests_total', { protocol, status: '200' }) > 50 &&
        seen.value('quic_requests_in_flight', { protocol }) > 0,
    ),
  )
  return {
    async finished(t) {
      const [http1, h2, h3] = await Promise.all(downloads)
      t.match(http1, { code: 0, bytes: TEN_MB, sha256 }, http1.stderr)
      t.match(h2, { code: 0, bytes: TEN_MB, sha256 }, h2.stderr)
      t.match(h3.connections, [{ requests: [{ status: 200, bytes: TEN_MB, sha256 }] }])
    },
    loads,
  }
}
