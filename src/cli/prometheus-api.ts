/** Prometheus's HTTP API, as far as the commands need it: https://prometheus.io/docs/prometheus/latest/querying/api/ */
import { fetchText } from './fetch-text.ts'
import type { FetchedText } from './fetch-text.ts'
import { UserError } from './user-error.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Every method rejects with a UserError that names the URL. */
export class PrometheusApi {
  readonly #base: URL
  readonly #timeoutMs: number

  constructor(base: URL, timeoutMs: number) {
    this.#base = base
    this.#timeoutMs = timeoutMs
  }

  /** Any page; a path before the API's own (a proxy's) is kept. */
  fetch(path: string): Promise<FetchedText> {
    return fetchText(new URL(path, this.#base.href.replace(/\/*$/, '/')), this.#timeoutMs)
  }

  /** `data` of an answer that says success. */
  async api(path: string): Promise<unknown> {
    const { status, contentType, body } = await this.fetch(`api/v1/${path}`)
    const answer = parse(body)
    if (answer?.status === 'success') return answer.data
    const why = answer?.error ?? `it answers ${status} (${contentType}) where Prometheus answers JSON`
    throw new UserError(`${this.address}: ${why}`)
  }

  /** An instant query whose result is a vector. */
  async query(expression: string, at?: Date): Promise<Sample[]> {
    const time = at === undefined ? '' : `&time=${at.getTime() / 1000}`
    const data = (await this.api(`query?query=${encodeURIComponent(expression)}${time}`)) as {
      result: { metric: Record<string, string>; value: [number, string] }[]
    }
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }

  /** Where it is, without a password that the URL may hold and without a slash at the end. */
  get address(): string {
    return (this.#base.origin + this.#base.pathname).replace(/\/+$/, '')
  }
}

function parse(body: string): { status?: unknown; data?: unknown; error?: string } | undefined {
  try {
    const answer = JSON.parse(body) as unknown
    return typeof answer === 'object' && answer !== null ? answer : undefined
  } catch {
    return undefined
  }
}
