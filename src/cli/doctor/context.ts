/** What the checks look at. Each thing is asked for once, however many checks want it. */
import type { RoamConfig } from '../../config/types.ts'
import { fetchText } from '../fetch-text.ts'
import { PrometheusApi } from '../prometheus-api.ts'
import { UserError } from '../user-error.ts'
import { getRoam } from './get-roam.ts'
import type { RoamAnswer } from './get-roam.ts'
import { askAsAdmin, DEFAULT_PASSWORD, isGrafana } from './grafana-api.ts'
import { parseMetrics } from './metrics-text.ts'
import type { Metrics } from './metrics-text.ts'
import type { MoodleTarget } from './moodle/target.ts'
import { findRoamTargets } from './target.ts'
import type { RoamTargets } from './target.ts'

export interface DoctorOptions {
  /** Scheme, host and port of a listener. */
  readonly url: URL
  /** What clients call it, where the URL does not say so; its certificate has to be for that name. */
  readonly serverName: string | undefined
  readonly metricsPath: string
  /** Undefined: there is none, and nothing is said about it. */
  readonly prometheus: URL | undefined
  readonly grafana: URL | undefined
  /** PEM of an authority to trust besides the usual ones. */
  readonly ca: string | undefined
  readonly config: RoamConfig | undefined
  /** Undefined: nothing speaks of one. */
  readonly moodle: MoodleTarget | undefined
  readonly timeoutMs: number
  readonly env: NodeJS.ProcessEnv
}

export class DoctorContext {
  readonly options: DoctorOptions
  /** GET of the metrics' path over TCP, whatever the certificate. */
  readonly answer: () => Promise<RoamAnswer>
  readonly metrics: () => Promise<Metrics>
  /** Where it answers; the check of Prometheus itself asks `prometheusAt`. */
  readonly prometheus: () => Promise<PrometheusApi>
  /** Prometheus's scrape targets that are Roam. */
  readonly targets: () => Promise<RoamTargets>
  /** Where it answers, with a slash at the end. */
  readonly grafana: () => Promise<URL>
  /** What it answers to its administrator with that password. */
  readonly statusOfDefaultPassword: () => Promise<number>

  constructor(options: DoctorOptions) {
    const { url, metricsPath, timeoutMs } = options
    this.options = options
    this.answer = once(() => getRoam(new URL(metricsPath, url), timeoutMs))
    this.metrics = once(async () => {
      const { status, body } = await needed(this.answer(), 'Roam does not answer')
      if (status !== 200) throw new UserError('Roam does not show its metrics')
      return parseMetrics(body)
    })
    this.prometheus = once(async () => {
      const prometheus = this.prometheusAt()
      await needed(prometheus.api('status/buildinfo', 'version'), 'Prometheus does not answer')
      return prometheus
    })
    this.targets = once(async () => findRoamTargets(await this.prometheus()))
    this.grafana = once(async () => {
      const grafana = this.grafanaAt()
      const { body } = await needed(
        fetchText(new URL('api/health', grafana), timeoutMs),
        'Grafana does not answer',
      )
      // Nobody else is to be sent its passwords.
      if (!isGrafana(body)) throw new UserError('Grafana does not answer')
      return grafana
    })
    this.statusOfDefaultPassword = once(async () => {
      const grafana = await this.grafana()
      return (await askAsAdmin(grafana, 'api/org', DEFAULT_PASSWORD, timeoutMs)).status
    })
  }

  prometheusAt(): PrometheusApi {
    const { prometheus, timeoutMs } = this.options
    if (prometheus === undefined) throw new UserError('--no-prometheus')
    return new PrometheusApi(prometheus, timeoutMs)
  }

  grafanaAt(): URL {
    const { grafana } = this.options
    if (grafana === undefined) throw new UserError('--no-grafana')
    return new URL(grafana.href.replace(/\/*$/, '/'))
  }
}

function once<Value>(get: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined
  return () => (value ??= get())
}

/** The details are told by the check whose matter it is: what comes after it says only what is missing. */
async function needed<Value>(value: Promise<Value>, otherwise: string): Promise<Value> {
  try {
    return await value
  } catch (error) {
    if (error instanceof UserError) throw new UserError(otherwise, { cause: error })
    throw error
  }
}
