/** Where it begins; Envoy's default. With nothing at all a backend would stay cold. */
const LEAST = 0.1

/**
 * The share of its weight that a backend has `now`, having come back at `since`: it grows evenly with time, as with
 * Envoy's slow_start_config (aggression 1) and HAProxy's slowstart. Milliseconds; a duration of 0 is none.
 */
export function slowStart(since: number, now: number, duration: number): number {
  if (duration <= 0) return 1
  return Math.min(1, Math.max(LEAST, (now - since) / duration))
}
