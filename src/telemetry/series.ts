/**
 * Counters and histograms that cost an addition on the hot path.
 *
 * prom-client's own hash their labels at every call (about 0.4 µs each, several per request). These resolve a label
 * combination once, to an object that holds the number, and are registered with prom-client as ready metrics: an
 * object with `name` and `get()` is what its registry renders, and what its own aggregation of workers registers.
 *
 * A figure that is no finite, non-negative number is dropped: one NaN would make a series useless for ever.
 */
import type { CounterSpec, HistogramSpec, LabelSets, LabelsOf } from './catalogue/spec.ts'

/** What prom-client's registry renders. */
export interface Value {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

export class CounterSeries {
  value = 0

  inc(): void {
    this.value++
  }

  /** No default of 1: a figure that is missing must count nothing. */
  add(by: number): void {
    if (by > 0 && by < Infinity) this.value += by
  }
}

export class HistogramSeries {
  /** One more than the bounds: the last is +Inf. Not cumulative. */
  readonly counts: Float64Array
  sum = 0
  readonly #bounds: readonly number[]

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    if (!(value >= 0 && value < Infinity)) return
    const bounds = this.#bounds
    let index = 0
    while (index < bounds.length && value > (bounds[index] as number)) index++
    this.counts[index] = (this.counts[index] as number) + 1
    this.sum += value
  }
}

/** One metric: its series by label combination. */
abstract class Family<L extends LabelSets, Series> {
  abstract readonly type: 'counter' | 'histogram'
  readonly name: string
  readonly help: string
  readonly aggregator = 'sum'
  /** Called before the values are read, as prom-client's `collect`. */
  collect: (() => void) | undefined
  readonly #names: readonly (keyof L & string)[]
  #admits: (labels: LabelsOf<L>) => boolean = () => true
  readonly #series = new Map<string, { readonly series: Series; readonly labels: LabelsOf<L> }>()

  constructor(spec: CounterSpec<L> | HistogramSpec<L>) {
    this.name = spec.name
    this.help = spec.help
    this.#names = Object.keys(spec.labels)
  }

  /** From now on only these combinations are shown. Late news of another, such as of a removed backend, leave no trace. */
  admit(admits: (labels: LabelsOf<L>) => boolean): void {
    this.#admits = admits
    this.prune()
  }

  /** Forgets what is admitted no more. */
  prune(): void {
    for (const [key, { labels }] of this.#series) if (!this.#admits(labels)) this.#series.delete(key)
  }

  /** The series of a label combination; made, at 0, if it is new. Keep it: this is the slow part. */
  labels(labels: LabelsOf<L>): Series {
    const key = this.#names.map((name) => labels[name]).join('\n')
    const known = this.#series.get(key)
    if (known) return known.series
    const made = { series: this.create(), labels }
    if (this.#admits(labels)) this.#series.set(key, made)
    return made.series
  }

  get size(): number {
    return this.#series.size
  }

  /** prom-client calls this at each scrape. */
  get(): Promise<object> {
    this.collect?.()
    const values: Value[] = []
    for (const { series, labels } of this.#series.values()) this.render(series, labels, values)
    return Promise.resolve({
      name: this.name,
      help: this.help,
      type: this.type,
      aggregator: this.aggregator,
      values,
    })
  }

  protected abstract create(): Series
  protected abstract render(series: Series, labels: LabelsOf<L>, into: Value[]): void
}

export class CounterFamily<L extends LabelSets = LabelSets> extends Family<L, CounterSeries> {
  readonly type = 'counter'

  protected create(): CounterSeries {
    return new CounterSeries()
  }

  protected render(series: CounterSeries, labels: LabelsOf<L>, into: Value[]): void {
    into.push({ metricName: this.name, labels, value: series.value })
  }
}

export class HistogramFamily<L extends LabelSets = LabelSets> extends Family<L, HistogramSeries> {
  readonly type = 'histogram'
  readonly #bounds: readonly number[]

  constructor(spec: HistogramSpec<L>) {
    super(spec)
    this.#bounds = spec.buckets
  }

  protected create(): HistogramSeries {
    return new HistogramSeries(this.#bounds)
  }

  protected render(series: HistogramSeries, labels: LabelsOf<L>, into: Value[]): void {
    let count = 0
    for (const [index, inBucket] of series.counts.entries()) {
      count += inBucket
      const le = this.#bounds[index] ?? '+Inf'
      into.push({ metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count })
    }
    into.push({ metricName: `${this.name}_sum`, labels, value: series.sum })
    into.push({ metricName: `${this.name}_count`, labels, value: count })
  }
}
