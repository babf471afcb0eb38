/** One day out of Prometheus. */
import type { PrometheusApi, Sample } from '../prometheus-api.ts'
import type { Bucket, Day, ProtocolDay } from './baseline.ts'
import { DAILY_RULES } from './names.ts'

/** Undefined where Prometheus has no requests recorded for the day: not scraped, no rules, or older than its retention. */
export async function collectDay(
  prometheus: PrometheusApi,
  job: string,
  end: Date,
): Promise<Day | undefined> {
  const ofJob = `job=${JSON.stringify(job)}`
  const names = Object.values(DAILY_RULES).join('|')
  const samples = await prometheus.query(`{__name__=~"${names}", ${ofJob}}`, end)
  const valid = samples.filter(({ value }) => Number.isFinite(value))
  const protocols = collectProtocols(valid)
  if (Object.keys(protocols).length === 0) return undefined
  const ups = await prometheus.query(`sum_over_time(max(up{${ofJob}})[1d:1m]) / (24 * 60)`, end)
  return {
    end: end.toISOString(),
    // Both ends of the day are looked at: one minute too many.
    coverage: Math.min(1, ups[0]?.value ?? 0),
    protocols,
    packetsSent: total(of(valid, 'packetsSent')),
    packetsLost: total(of(valid, 'packetsLost')),
    migrations: collectMigrations(of(valid, 'migrations')),
  }
}

function collectProtocols(samples: readonly Sample[]): Record<string, ProtocolDay> {
  const names = new Set(of(samples, 'requests').flatMap(({ labels }) => labels['protocol'] ?? []))
  return Object.fromEntries(
    [...names].sort().map((protocol) => {
      const own = samples.filter(({ labels }) => labels['protocol'] === protocol)
      return [
        protocol,
        {
          requests: total(of(own, 'requests')) ?? 0,
          errors: total(of(own, 'errors')),
          aborts: total(of(own, 'aborts')),
          responseBytes: total(of(own, 'responseBytes')),
          timeToFirstByte: histogram(of(own, 'timeToFirstByte')),
          duration: histogram(of(own, 'duration')),
        },
      ]
    }),
  )
}

function collectMigrations(samples: readonly Sample[]): Day['migrations'] {
  if (samples.length === 0) return undefined
  const ended = (success: string) => total(samples.filter(({ labels }) => labels['success'] === success)) ?? 0
  return { succeeded: ended('true'), failed: ended('false') }
}

function of(samples: readonly Sample[], fact: keyof typeof DAILY_RULES): Sample[] {
  return samples.filter(({ labels }) => labels['__name__'] === DAILY_RULES[fact])
}

function total(samples: readonly Sample[]): number | undefined {
  return samples.length === 0 ? undefined : samples.reduce((sum, { value }) => sum + value, 0)
}

/** Undefined without the last bucket: then nobody knows how many there were. */
function histogram(samples: readonly Sample[]): Bucket[] | undefined {
  const counts = new Map<number, number>()
  for (const { labels, value } of samples) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le'])
    counts.set(bound, (counts.get(bound) ?? 0) + value)
  }
  return counts.has(Infinity) ? [...counts].sort(([a], [b]) => a - b) : undefined
}
