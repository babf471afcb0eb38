/**
 * 95 % intervals by bootstrap over days. A day is the unit because requests of one day resemble each other: they share
 * timetable, network and load. The days of both periods are drawn again and again, with replacement, the figures computed
 * from each draw, and the interval is what the middle of the draws covers.
 *
 * With few days that interval is too narrow, so its ends are moved outwards as far as Student's t lies beyond the normal
 * distribution, with the smaller period's days: the expanded percentile interval (T. Hesterberg, What Teachers Should Know
 * About the Bootstrap, The American Statistician 69:4, 2015). The seed is fixed: the same files give the same answer.
 */

/** Fewer days than this say nothing about how much days differ. */
export const FEWEST_DAYS = 5
export const DRAWS = 4000
const SEED = 20_190_527
/** Of the normal distribution, 97.5 %. */
const Z = 1.959964

export type Interval = readonly [low: number, high: number]

/** `figure` of each draw of days from both periods, in ascending order; NaN counts as not computed. */
export function drawDays<Day>(
  before: readonly Day[],
  after: readonly Day[],
  figures: (before: readonly Day[], after: readonly Day[]) => readonly number[],
): readonly (readonly number[])[] {
  const random = mulberry32(SEED)
  const pick = (days: readonly Day[]) => days.map(() => days[Math.floor(random() * days.length)]!)
  const draws = Array.from({ length: DRAWS }, () => figures(pick(before), pick(after)))
  return (draws[0] ?? []).map((_, figure) => draws.map((draw) => draw[figure]!).sort((a, b) => a - b))
}

/** Undefined where a draw had nothing to compute the figure from. `days`: of the smaller period. */
export function intervalOf(draws: readonly number[], days: number): Interval | undefined {
  if (draws.some((value) => !Number.isFinite(value))) return undefined
  const tail = normalBelow(-Math.sqrt(days / (days - 1)) * studentT(days - 1))
  const last = draws.length - 1
  return [draws[Math.floor(tail * last)]!, draws[Math.ceil((1 - tail) * last)]!]
}

/** The 97.5 % quantile of Student's t, by its expansion around the normal one (Abramowitz and Stegun 26.7.5). */
function studentT(freedom: number): number {
  return (
    Z +
    (Z ** 3 + Z) / (4 * freedom) +
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * freedom ** 3)
  )
}

/** The normal distribution's share below a negative z (Abramowitz and Stegun 26.2.17, error under 1e-7). */
function normalBelow(z: number): number {
  const k = 1 / (1 - 0.2316419 * z)
  const polynomial =
    k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}

/** A small generator with a seed (mulberry32); chance here needs no secrecy. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
