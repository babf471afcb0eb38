/** Histograms of several days as one, and its quantiles. */
import type { Bucket } from './baseline.ts'

/**
 * Cumulative counts can be added where the bounds are the same. Where versions of Roam had other bounds, the ones that
 * all have in common are kept: less fine, and still true.
 */
export function addHistograms(histograms: readonly (readonly Bucket[])[]): Bucket[] {
  const sums = new Map<number, { count: number; seen: number }>()
  for (const buckets of histograms) {
    for (const [bound, count] of buckets) {
      const sum = sums.get(bound)
      if (sum === undefined) sums.set(bound, { count, seen: 1 })
      else {
        sum.count += count
        sum.seen += 1
      }
    }
  }
  return [...sums]
    .filter(([, { seen }]) => seen === histograms.length)
    .map(([bound, { count }]): Bucket => [bound, count])
    .sort(([a], [b]) => a - b)
}

/** How many were measured. */
export function observations(buckets: readonly Bucket[]): number {
  return buckets.at(-1)?.[1] ?? 0
}

/**
 * What Prometheus's histogram_quantile() says for 0 ≤ q ≤ 1 (https://prometheus.io/docs/prometheus/latest/querying/functions/):
 * linear within the bucket, the first one beginning at 0; the last finite bound where the quantile is beyond it; NaN where
 * there is nothing. Counts that fall from one bucket to the next, as extrapolation can make them, are levelled.
 */
export function quantile(q: number, buckets: readonly Bucket[]): number {
  const total = observations(buckets)
  if (buckets.length < 2 || buckets.at(-1)?.[0] !== Infinity || total === 0) return NaN
  const level = levelled(buckets)
  const rank = q * level.at(-1)![1]
  const finite = level.slice(0, -1)
  const index = finite.findIndex(([, count]) => count >= rank)
  if (index === -1) return finite.at(-1)![0]
  const [bound, count] = finite[index]!
  const [lower, before] = index === 0 ? [0, 0] : finite[index - 1]!
  if (index === 0 && bound <= 0) return bound
  return lower + (bound - lower) * ((rank - before) / (count - before))
}

function levelled(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0
  return buckets.map(([bound, count]): Bucket => {
    highest = Math.max(highest, count)
    return [bound, highest]
  })
}
