/** Reads Prometheus text, as a scraper would. */

export type Labels = Readonly<Record<string, string>>

interface Line {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

export interface Histogram {
  readonly count: number
  readonly sum: number
  /** Upper bound and cumulative count, ascending; the last bound is Infinity. */
  readonly buckets: readonly (readonly [bound: number, count: number])[]
}

/** One scrape. */
export class Metrics {
  readonly text: string
  readonly #lines: readonly Line[]

  constructor(text: string) {
    this.text = text
    this.#lines = text.split('\n').flatMap((line) => {
      const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
      if (parts?.[1] === undefined) return []
      const labels = Object.fromEntries(
        [...(parts[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((pair) => [
          pair[1] ?? '',
          pair[2] ?? '',
        ]),
      )
      return [{ name: parts[1], labels, value: Number(parts[3]) }]
    })
  }

  /** Sum over the series of this name that carry these labels; throws where there is none. */
  value(name: string, labels: Labels = {}): number {
    const found = this.#matching(name, labels)
    if (found.length === 0) throw new Error(`no series ${name} ${JSON.stringify(labels)}`)
    return found.reduce((sum, { value }) => sum + value, 0)
  }

  histogram(name: string, labels: Labels = {}): Histogram {
    const buckets = new Map<number, number>()
    for (const { labels: own, value } of this.#matching(`${name}_bucket`, labels)) {
      const bound = own['le'] === '+Inf' ? Infinity : Number(own['le'])
      buckets.set(bound, (buckets.get(bound) ?? 0) + value)
    }
    return {
      count: this.value(`${name}_count`, labels),
      sum: this.value(`${name}_sum`, labels),
      buckets: [...buckets].sort(([a], [b]) => a - b),
    }
  }

  #matching(name: string, labels: Labels): Line[] {
    return this.#lines.filter(
      (line) =>
        line.name === name && Object.entries(labels).every(([key, value]) => line.labels[key] === value),
    )
  }
}

/** What Prometheus's histogram_quantile() says: linear within the bucket. */
export function quantile(q: number, { count, buckets }: Histogram): number {
  const rank = q * count
  let lower = 0
  let before = 0
  for (const [bound, upTo] of buckets) {
    if (upTo >= rank) {
      if (bound === Infinity) return lower
      return lower + (bound - lower) * ((rank - before) / (upTo - before))
    }
    lower = bound
    before = upTo
  }
  return NaN
}

/** Migrations by kind, and how many failed. */
export function migrations(metrics: Metrics): {
  readonly natRebinding: number
  readonly addressChange: number
  readonly failed: number
} {
  const name = 'quic_connection_migrations_total'
  return {
    natRebinding: metrics.value(name, { reason: 'nat_rebinding', success: 'true' }),
    addressChange: metrics.value(name, { reason: 'address_change', success: 'true' }),
    failed: metrics.value(name, { success: 'false' }),
  }
}

/** QUIC connections that have ended: their last counts are in. */
export function closedH3(metrics: Metrics): number {
  return metrics.value('quic_connections_closed_total', { protocol: 'h3' })
}
