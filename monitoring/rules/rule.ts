/** What a rule is made of; render.ts writes them as Prometheus's YAML. */
import type { Duration } from './thresholds.ts'

/** A query that Prometheus evaluates all the time and keeps under a name of the form level:metric:operation. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
  /** One sentence, for whoever meets the series in a graph. */
  readonly help: string
}

export type Severity =
  /** Users feel it: somebody is woken up. */
  | 'critical'
  /** Somebody looks at it during the day. */
  | 'warning'
  /** Nobody has to act. */
  | 'info'
  /** For machines: Watchdog. */
  | 'none'

export interface AlertRule {
  /** CamelCase. */
  readonly alert: string
  readonly expr: string
  /** How long it must hold before anybody is told; '0m' where there is nothing to wait for. */
  readonly for: Duration
  /** How long it stays after the expression no longer holds, against flapping. */
  readonly keepFiringFor?: Duration
  readonly severity: Severity
  /** Besides `severity`: what tells rules of one name apart. */
  readonly labels?: Readonly<Record<string, string>>
  /** One line; may use Prometheus's templates ({{ $labels.backend_id }}, {{ $value | humanizePercentage }}). */
  readonly summary: string
  /** What it means for users and what to look at first. */
  readonly description: string
  /** Where the figure behind it can be seen. */
  readonly dashboard: DashboardUid
}

export type DashboardUid =
  'roam-overview' | 'roam-protocols' | 'roam-quic' | 'roam-backends' | 'roam-slo' | 'roam-process'

export interface RuleGroup<Rule> {
  readonly name: string
  /** Prometheus's global interval, 15 s, where it is left out. */
  readonly interval?: Duration
  readonly rules: readonly Rule[]
}
