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

  /** One member of `data` of an answer that says success. What the member holds is taken on Prometheus's word. */
  async api(path: string, member: string): Promise<unknown> {
    const { status, contentType, body } = await this.fetch(`api/v1/${path}`)
    const answer = parse(body)
    const found = answer?.status === 'success' ? object(answer.data)?.[member] : undefined
    if (found !== undefined) return found
    const why =
      answer?.status === 'success'
        ? `its answer to ${path} has no ${member}: that is not Prometheus`
        : (answer?.error ?? `it answers ${status} (${contentType}) where Prometheus answers JSON`)
    throw new UserError(`${this.address}: ${why}`)
  }

  /** An instant query whose result is a vector. */
  async query(expression: string, at?: Date): Promise<Sample[]> {
    const time = at === undefined ? '' : `&time=${at.getTime() / 1000}`
    const path = `query?query=${encodeURIComponent(expression)}${time}`
    const result = (await this.api(path, 'result')) as {
      metric: Record<string, string>
      value: [number, string]
    }[]
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }

  /** Where it is, without a password that the URL may hold and without a slash at the end. */
  get address(): string {
    return (this.#base.origin + this.#base.pathname).replace(/\/+$/, '')
  }
}

function parse(body: string): { status?: unknown; data?: unknown; error?: string } | undefined {
  try {
    return object(JSON.parse(body))
  } catch {
    return undefined
  }
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
