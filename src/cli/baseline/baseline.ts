/** What a baseline file holds: days that were measured, each as sums that can be added up with other days'. */

/** Upper bound in seconds (Infinity for the last) and how many were at most that. In JSON the last bound is "+Inf". */
export type Bucket = readonly [bound: number, count: number]

/** One protocol's requests of one day. What Prometheus did not have is undefined: missing is not zero. */
export interface ProtocolDay {
  readonly requests: number
  /** Answered with 5xx. */
  readonly errors?: number | undefined
  readonly aborts?: number | undefined
  readonly responseBytes?: number | undefined
  /** Pages and AJAX calls only, like `duration`. */
  readonly timeToFirstByte?: readonly Bucket[] | undefined
  readonly duration?: readonly Bucket[] | undefined
}

/** The 24 hours before `end`. Counts are Prometheus's `increase`, which extrapolates: they need not be whole. */
export interface Day {
  /** ISO 8601, UTC */
  readonly end: string
  /** Share of the day in which Roam was scraped, 0 to 1. */
  readonly coverage: number
  readonly protocols: Readonly<Record<string, ProtocolDay>>
  readonly packetsSent?: number | undefined
  readonly packetsLost?: number | undefined
  readonly migrations?: { readonly succeeded: number; readonly failed: number } | undefined
}

export interface Baseline {
  readonly format: 'roam-baseline'
  readonly version: 1
  /** The operator's words. */
  readonly name: string
  /** Version of the Roam that wrote the file. */
  readonly roam: string
  readonly job: string
  /** ISO 8601 */
  readonly exportedAt: string
  /** Oldest first; no two overlap. */
  readonly days: readonly Day[]
}

export const DAY_MS = 86_400_000
