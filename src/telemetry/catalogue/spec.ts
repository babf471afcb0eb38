/** What is declared of each metric. Everything else (objects, zero series, docs/METRICS.md) is made from this. */

/** A label whose values only the running configuration knows; still closed, still few. */
export interface ConfigLabel {
  /** `fact`: of gauges alone, whose values are read at each scrape. */
  readonly domain: 'backend' | 'pool' | 'network' | 'algorithm' | 'fact'
  /** A value besides those that the configuration names. */
  readonly besides?: string
  /** For the documentation. */
  readonly values: string
}

/** Label name → its closed set of values. */
export type LabelSets = Readonly<Record<string, readonly string[] | ConfigLabel>>

type ValueOf<Values> = Values extends readonly (infer Value)[] ? Value : string

/** One value for each label. */
export type LabelsOf<L extends LabelSets> = { readonly [Name in keyof L]: ValueOf<L[Name]> }

export type Unit = 'seconds' | 'bytes' | 'bytes_per_second'

interface Common<L extends LabelSets> {
  readonly name: string
  /** One sentence; it is the HELP line and the documentation's. */
  readonly help: string
  readonly labels: L
  readonly unit?: Unit
  /** When the value changes. */
  readonly updated: string
  /** Where the value comes from. */
  readonly source: string
}

export interface CounterSpec<L extends LabelSets = LabelSets> extends Common<L> {
  readonly type: 'counter'
  /** `all` (the default): every combination of labels exists from the start. `some`: the section makes those that can be. */
  readonly zero?: 'all' | 'some'
}

export interface HistogramSpec<L extends LabelSets = LabelSets> extends Common<L> {
  readonly type: 'histogram'
  readonly buckets: readonly number[]
}

export interface GaugeSpec<L extends LabelSets = LabelSets> extends Common<L> {
  readonly type: 'gauge'
  /** How values of several shards become one; prom-client's default, the sum, is wrong for states. */
  readonly aggregator: 'sum' | 'min' | 'max' | 'first'
}

export type MetricSpec = CounterSpec | HistogramSpec | GaugeSpec

export function counter<const L extends LabelSets>(spec: Omit<CounterSpec<L>, 'type'>): CounterSpec<L> {
  return { type: 'counter', ...spec }
}

export function histogram<const L extends LabelSets>(spec: Omit<HistogramSpec<L>, 'type'>): HistogramSpec<L> {
  return { type: 'histogram', ...spec }
}

export function gauge<const L extends LabelSets>(spec: Omit<GaugeSpec<L>, 'type'>): GaugeSpec<L> {
  return { type: 'gauge', ...spec }
}
