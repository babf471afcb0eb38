/** Baselines made by hand. */
import type { Baseline, Day, ProtocolDay } from '../../../src/cli/baseline/baseline.ts'

const DAY_MS = 86_400_000

/** Fast of 100 requests took up to 0.1 s, the rest up to 1 s. */
export function protocolDay(fast: number, more: Partial<ProtocolDay> = {}): ProtocolDay {
  const buckets = [
    [0.1, fast],
    [1, 100],
    [Infinity, 100],
  ] as const
  return {
    requests: 100,
    errors: 1,
    aborts: 2,
    responseBytes: 1e6,
    timeToFirstByte: buckets,
    duration: buckets,
    ...more,
  }
}

/** Days one after the other; the first ends at `end`. */
export function baseline(
  days: readonly Readonly<Record<string, ProtocolDay>>[],
  { end = '2026-11-02T00:00:00.000Z', coverage = 1, name = 'test' } = {},
): Baseline {
  return {
    format: 'roam-baseline',
    version: 1,
    name,
    roam: '0.1.0',
    job: 'roam',
    exportedAt: '2026-11-20T00:00:00.000Z',
    days: days.map((protocols, index): Day => ({
      end: new Date(Date.parse(end) + index * DAY_MS).toISOString(),
      coverage,
      protocols,
      packetsSent: 1000,
      packetsLost: 10,
      migrations: { succeeded: 3, failed: 1 },
    })),
  }
}
