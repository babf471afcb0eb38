/** Prometheus's HTTP API, as far as tests ask it. */

export type LabelSet = Readonly<Record<string, string>>

export interface Series {
  readonly metric: LabelSet
  /** Seconds and value; an instant query has one. */
  readonly values: readonly (readonly [number, string])[]
}

export interface ActiveTarget {
  readonly labels: LabelSet
  readonly health: string
  readonly lastError: string
}

export interface RuleState {
  readonly name: string
  readonly type: 'alerting' | 'recording'
  readonly health: string
  readonly lastError?: string
}

export class PrometheusApi {
  readonly #base: string

  constructor(base: string) {
    this.#base = `${base}/api/v1`
  }

  /** A vector, each series with its one value. */
  async query(expr: string): Promise<readonly Series[]> {
    const data = await this.#post<{ result: { metric: LabelSet; value: [number, string] }[] }>('query', {
      query: expr,
    })
    return data.result.map(({ metric, value }) => ({ metric, values: [value] }))
  }

  async range(expr: string, from: Date, to: Date, stepSeconds: number): Promise<readonly Series[]> {
    const data = await this.#post<{ result: Series[] }>('query_range', {
      query: expr,
      start: from.toISOString(),
      end: to.toISOString(),
      step: String(stepSeconds),
    })
    return data.result
  }

  /** Values of a label among the series that match. */
  async labelValues(label: string, match: string): Promise<readonly string[]> {
    return this.#get<string[]>(`label/${label}/values?match[]=${encodeURIComponent(match)}`)
  }

  async targets(): Promise<readonly ActiveTarget[]> {
    return (await this.#get<{ activeTargets: ActiveTarget[] }>('targets?state=active')).activeTargets
  }

  async rules(): Promise<readonly RuleState[]> {
    const { groups } = await this.#get<{ groups: { rules: RuleState[] }[] }>('rules')
    return groups.flatMap(({ rules }) => rules)
  }

  /** Alerts that are pending or firing, as Prometheus holds them. */
  async alerts(): Promise<readonly { readonly state: string; readonly labels: LabelSet }[]> {
    return (await this.#get<{ alerts: { state: string; labels: LabelSet }[] }>('alerts')).alerts
  }

  #get<T>(path: string): Promise<T> {
    return this.#read(fetch(`${this.#base}/${path}`))
  }

  #post<T>(path: string, form: Record<string, string>): Promise<T> {
    return this.#read(fetch(`${this.#base}/${path}`, { method: 'POST', body: new URLSearchParams(form) }))
  }

  async #read<T>(asked: Promise<Response>): Promise<T> {
    const answer = await asked
    const text = await answer.text()
    if (!text.startsWith('{')) throw new Error(`Prometheus answered ${answer.status}: ${text.slice(0, 200)}`)
    const read = JSON.parse(text) as { data: T; error?: string }
    if (read.error !== undefined) throw new Error(read.error)
    return read.data
  }
}
