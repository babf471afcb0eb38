/** Makes metrics from the catalogue: registers them, and creates at 0 every series that is known beforehand. */
import { Gauge, type Metric, type Registry } from 'prom-client'
import type {
  ConfigLabel,
  CounterSpec,
  GaugeSpec,
  HistogramSpec,
  LabelSets,
  LabelsOf,
} from './catalogue/spec.ts'
import { CounterFamily, HistogramFamily } from './series.ts'

/** The values of the labels that the configuration decides. */
export type Domains = Readonly<Record<Exclude<ConfigLabel['domain'], 'fact'>, readonly string[]>>

/** Sets one series of a gauge. */
export type SetGauge<L extends LabelSets> = (labels: LabelsOf<L>, value: number) => void

export class Metrics {
  readonly #registry: Registry
  #domains: Domains
  readonly #refill: (() => void)[] = []

  constructor(registry: Registry, domains: Domains) {
    this.#registry = registry
    this.#domains = domains
  }

  /** Series of values that are gone disappear; those of new values exist at 0. */
  reconfigure(domains: Domains): void {
    this.#domains = domains
    for (const refill of this.#refill) refill()
  }

  counter<L extends LabelSets>(spec: CounterSpec<L>): CounterFamily<L> {
    return this.#adopt(new CounterFamily(spec), spec.labels, spec.zero !== 'some')
  }

  histogram<L extends LabelSets>(spec: HistogramSpec<L>): HistogramFamily<L> {
    return this.#adopt(new HistogramFamily(spec), spec.labels, true)
  }

  /** `read` is asked at each scrape; a series that it does not set is gone. */
  gauge<L extends LabelSets>(spec: GaugeSpec<L>, read: (set: SetGauge<L>) => void): void {
    const made: Gauge = new Gauge({
      name: spec.name,
      help: spec.help,
      labelNames: Object.keys(spec.labels),
      aggregator: spec.aggregator,
      registers: [this.#registry],
      collect() {
        made.reset()
        read((labels, value) => made.set(labels, value))
      },
    })
  }

  #adopt<L extends LabelSets, Family extends CounterFamily<L> | HistogramFamily<L>>(
    family: Family,
    labels: L,
    zeros: boolean,
  ): Family {
    const refill = (): void => {
      family.prune()
      if (zeros) for (const combination of this.#combinations(labels)) family.labels(combination)
    }
    family.admit((combination) => this.#has(labels, combination))
    refill()
    this.#refill.push(refill)
    // The registry asks for `name` and `get()` only; its types name its own four classes.
    this.#registry.registerMetric(family as unknown as Metric)
    return family
  }

  #has<L extends LabelSets>(labels: L, combination: LabelsOf<L>): boolean {
    return Object.entries(labels).every(
      ([name, set]) =>
        !('domain' in set) ||
        combination[name] === set.besides ||
        this.#valuesOf(set).includes(combination[name]!),
    )
  }

  #combinations<L extends LabelSets>(labels: L): LabelsOf<L>[] {
    let combinations: Record<string, string>[] = [{}]
    for (const [name, set] of Object.entries(labels)) {
      const values = this.#valuesOf(set)
      combinations = combinations.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value })))
    }
    return combinations as LabelsOf<L>[]
  }

  #valuesOf(set: readonly string[] | ConfigLabel): readonly string[] {
    if (!('domain' in set)) return set
    return set.domain === 'fact' ? [] : this.#domains[set.domain]
  }
}
