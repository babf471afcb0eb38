/** PromQL that obeys the variables of the dashboards: every selector is limited by each variable that its metric has a label for. */
import { CATALOGUE } from '../../src/telemetry/catalogue.ts'
import { NODE_DEFAULTS } from '../../src/telemetry/catalogue/process.ts'

/** Label → the variable that chooses its values. */
const VARIABLE_OF: Readonly<Record<string, string>> = {
  protocol: '$protocol',
  backend_id: '$backend',
  network: '$network',
  pool: '$pool',
}

const TARGET = 'job=~"$job", instance=~"$instance"'

/** Name of a metric, or of one of a histogram's three series → its labels. */
const LABELS = new Map<string, readonly string[]>([
  ...CATALOGUE.flatMap(({ name, type, labels }) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map(
      (suffix) => [name + suffix, Object.keys(labels)] as const,
    ),
  ),
  ...NODE_DEFAULTS.map((name) => [name, []] as const),
  ['nodejs_gc_duration_seconds_sum', []],
  ['nodejs_gc_duration_seconds_count', []],
])

/** Series of Roam as they are now. `matchers` are demanded besides the variables; a label that they name is theirs alone. */
export function series(metric: string, matchers = ''): string {
  return inPool(metric, selector(metric, matchers))
}

/** Per second, over the window that Grafana takes from the scrape interval and the zoom. */
export function rate(metric: string, matchers = ''): string {
  return inPool(metric, `rate(${selector(metric, matchers)}[$__rate_interval])`)
}

/** How many in a window of its own: as long as an alert's, or $__range. */
export function increase(metric: string, window: string, matchers = ''): string {
  return inPool(metric, `increase(${selector(metric, matchers)}[${window}])`)
}

/** A recording rule's series, by the labels that its name says it keeps. */
export function recorded(name: string): string {
  const protocol = name.startsWith('job_protocol') ? ', protocol=~"$protocol"' : ''
  return `${name}{job=~"$job"${protocol}}`
}

export function sum(by: string, expr: string): string {
  return aggregate('sum', by, expr)
}

export function max(by: string, expr: string): string {
  return aggregate('max', by, expr)
}

export function min(by: string, expr: string): string {
  return aggregate('min', by, expr)
}

/** `by` is a list of labels besides `le`, or nothing for one line. */
export function quantile(
  q: number,
  histogram: string,
  by = '',
  matchers = '',
  of: (metric: string, matchers: string) => string = rate,
): string {
  const labels = by === '' ? 'le' : `le, ${by}`
  return `histogram_quantile(${q}, ${sum(labels, of(`${histogram}_bucket`, matchers))})`
}

/** The mean of a histogram: exact, where a quantile is estimated within a bucket. */
export function mean(histogram: string, by = '', matchers = ''): string {
  return ratio(sum(by, rate(`${histogram}_sum`, matchers)), sum(by, rate(`${histogram}_count`, matchers)))
}

export function ratio(part: string, whole: string): string {
  return `${part} / ${whole}`
}

/** Of two things that do not happen at once: none while there are none of the second, where a graph could not draw infinity. */
export function per(some: string, others: string): string {
  return ratio(some, `(${others} > 0)`)
}

/** A share that reads 0, not nothing, where `part` has no series yet: a status that never occurred. */
export function share(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / ${whole}`
}

function aggregate(operator: string, by: string, expr: string): string {
  return by === '' ? `${operator}(${expr})` : `${operator} by (${by}) (${expr})`
}

function selector(metric: string, matchers: string): string {
  const own = labelsOf(metric)
    .filter((label) => label in VARIABLE_OF && !new RegExp(`\\b${label}!?=`).test(matchers))
    .map((label) => `${label}=~"${VARIABLE_OF[label]!}"`)
  return `${metric}{${[TARGET, ...own, matchers].filter((part) => part !== '').join(', ')}}`
}

/**
 * The pool is a label of quic_backend_info alone. What is of another pool is taken away, rather than keeping what is of
 * this one: requests that found no backend stay, and an older Roam without that metric shows everything.
 */
function inPool(metric: string, expr: string): string {
  return labelsOf(metric).includes('backend_id') && metric !== 'quic_backend_info'
    ? `${expr} unless on (job, instance, backend_id) quic_backend_info{${TARGET}, pool!~"$pool"}`
    : expr
}

function labelsOf(metric: string): readonly string[] {
  const labels = LABELS.get(metric)
  if (labels === undefined) throw new Error(`no metric ${metric} in src/telemetry/catalogue`)
  return labels
}
