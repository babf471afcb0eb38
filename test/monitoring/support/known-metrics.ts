/**
 * The names that expressions of rules and dashboards may use: what Roam exports, what the recording rules keep, and the
 * few of node-exporter's and Prometheus's own. Taken from the code, so that renaming a metric there breaks a test here.
 */
import { selectors, syntaxError, withoutVariables } from '../../../monitoring/promql.ts'
import { RECORDING_GROUPS } from '../../../monitoring/rules/recording.ts'
import { CATALOGUE } from '../../../src/telemetry/catalogue.ts'
import { EXPORTED_AT } from '../../../src/cli/baseline/textfile.ts'
import { NODE_DEFAULTS } from '../../../src/telemetry/catalogue/process.ts'
import type { MetricSpec } from '../../../src/telemetry/catalogue/spec.ts'

/** Label name → the values it can have; undefined where only the running system knows them. */
export type KnownLabels = ReadonlyMap<string, readonly string[] | undefined>

/** Labels that Prometheus adds to everything it scrapes. */
const TARGET_LABELS = ['job', 'instance', 'environment', 'cluster']

/** What others export: name → its labels besides the target's. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  ALERTS: ['alertname', 'alertstate', 'severity', 'backend_id', 'long', 'short'],
  up: [],
  scrape_duration_seconds: [],
  scrape_samples_scraped: [],
  alertmanager_notifications_failed_total: ['integration'],
  node_cpu_seconds_total: ['cpu', 'mode'],
  node_filefd_allocated: [],
  node_filefd_maximum: [],
  node_filesystem_avail_bytes: ['device', 'fstype', 'mountpoint'],
  node_filesystem_size_bytes: ['device', 'fstype', 'mountpoint'],
  node_load1: [],
  node_memory_MemAvailable_bytes: [],
  node_memory_MemTotal_bytes: [],
  node_netstat_Udp_RcvbufErrors: [],
  node_netstat_Udp6_RcvbufErrors: [],
  node_network_receive_bytes_total: ['device'],
  node_network_transmit_bytes_total: ['device'],
  prometheus_notifications_errors_total: ['alertmanager'],
  prometheus_rule_evaluation_failures_total: ['rule_group'],
  // By way of node-exporter.
  [EXPORTED_AT]: [],
}

/** Every name that can stand in a selector (a histogram's three, not its own) → its labels. */
export function knownNames(): ReadonlyMap<string, KnownLabels> {
  return new Map<string, KnownLabels>([
    ...CATALOGUE.flatMap(exported),
    ...NODE_DEFAULTS.flatMap(exportedByNode),
    ...Object.entries(FOREIGN).map(([name, labels]) => [name, onTarget(open(labels))] as const),
    ...RECORDING_GROUPS.flatMap(({ rules }) => rules).map(
      ({ record, expr }) => [record, kept(expr)] as const,
    ),
  ])
}

/** What an expression names that does not exist: metrics, labels of these metrics, values that these labels cannot have. */
export function unknownNames(expr: string): readonly string[] {
  const readable = withoutVariables(expr)
  const error = syntaxError(readable)
  if (error !== undefined) return [error]
  const known = knownNames()
  const labelNames = new Set([...known.values()].flatMap((labels) => [...labels.keys()]))
  // label_replace(v, "label", "value", "from", "regular expression")
  const made = new Set(
    [...readable.matchAll(/"(\w+)", "[^"]*", "\w+", "[^"]*"\s*\)/g)].map(([, label]) => label!),
  )
  const grouped = [...readable.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g)]
    .flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
    .filter((name) => name !== '' && !labelNames.has(name) && !made.has(name))
    .map((name) => `no metric has a label ${name}`)
  const selected = selectors(readable).flatMap(({ metric, matchers }) => {
    const labels = known.get(metric)
    if (labels === undefined) return [`there is no metric ${metric}`]
    return matchers.flatMap(({ label, operator, value }) => {
      if (!labels.has(label)) return [`${metric} has no label ${label}`]
      const values = labels.get(label)
      return values === undefined
        ? []
        : alternatives(operator, value)
            .filter((wanted) => !values.some((one) => wanted.test(one)))
            .map(({ source }) => `${label} of ${metric} is never ${source}`)
    })
  })
  return [...grouped, ...selected]
}

function exported(metric: MetricSpec): readonly Series[] {
  const labels = Object.entries(metric.labels).map(
    ([name, values]) => [name, 'domain' in values ? undefined : values] as const,
  )
  return metric.type === 'histogram'
    ? histogramSeries(metric.name, labels, metric.buckets)
    : [[metric.name, onTarget(labels)]]
}

function exportedByNode(name: (typeof NODE_DEFAULTS)[number]): readonly Series[] {
  if (name === 'nodejs_gc_duration_seconds') return histogramSeries(name, open(['kind']), [])
  const labels = name === 'nodejs_version_info' ? ['version', 'major', 'minor', 'patch'] : []
  return [[name, onTarget(open(labels))]]
}

type Series = readonly [name: string, labels: KnownLabels]
type Labels = readonly (readonly [string, readonly string[] | undefined])[]

function histogramSeries(name: string, labels: Labels, buckets: readonly number[]): readonly Series[] {
  // OpenMetrics and newer versions of Prometheus write a bound of 1 as 1.0.
  const bounds = [
    ...buckets.flatMap((bound) => (Number.isInteger(bound) ? [`${bound}`, `${bound}.0`] : [`${bound}`])),
    '+Inf',
  ]
  const le = ['le', buckets.length > 0 ? bounds : undefined] as const
  return [
    [`${name}_bucket`, onTarget([...labels, le])],
    [`${name}_sum`, onTarget(labels)],
    [`${name}_count`, onTarget(labels)],
  ]
}

function onTarget(labels: Labels): KnownLabels {
  return new Map([...labels, ...open(TARGET_LABELS)])
}

function open(names: readonly string[] = []): Labels {
  return names.map((name) => [name, undefined])
}

/** A recording rule keeps the labels that it groups by, with the values that they have in what it reads. */
function kept(expr: string): KnownLabels {
  const by = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? []
  const read = new Map(
    CATALOGUE.filter(({ name }) => expr.includes(name))
      .flatMap(exported)
      .flatMap(([, labels]) => [...labels]),
  )
  return new Map(
    by
      .filter((label) => label !== 'le' || !expr.includes('histogram_quantile'))
      .map((label) => [label, read.get(label)]),
  )
}

/** Every alternative of a matcher by itself: `status=~"5..|499"` must find something twice. */
function alternatives(operator: string, value: string): readonly RegExp[] {
  return operator.endsWith('~')
    ? value.split('|').map((part) => new RegExp(`^(?:${part})$`))
    : [new RegExp(`^${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)]
}
