/** docs/METRICS.md, from the catalogue. */
import { ROUTE_CLASSES } from '../core/events.ts'
import { PROTOCOLS } from '../core/exchange.ts'
import { SECTIONS } from './catalogue.ts'
import { ALGORITHM, BACKEND_OR_NONE, METHODS, NETWORK, POOL } from './catalogue/labels.ts'
import { NODE_DEFAULTS } from './catalogue/process.ts'
import type { LabelSets, MetricSpec } from './catalogue/spec.ts'

/** Labels that several metrics carry: explained once. */
const SHARED_LABELS: Readonly<Record<string, string>> = {
  protocol: `${list(PROTOCOLS)}: ALPN identifiers, the words of a browser's \`nextHopProtocol\``,
  method: `${list(METHODS)}; \`_OTHER\` is every other method`,
  status: 'status codes registered with IANA, `499` (the client left before its response ended) and `other`',
  route_class: `${list(ROUTE_CLASSES)}: what kind of Moodle page a path is (src/router/route-class.ts)`,
  backend_id: BACKEND_OR_NONE.values,
  pool: POOL.values,
  network: NETWORK.values,
  algorithm: ALGORITHM.values,
}

const INTRODUCTION = `# Metrics

\`GET /metrics\` answers in Prometheus's text format to clients in \`metrics.allow\`; others get 404.

- Every QUIC figure is the engine's own count of real packets. Nothing is simulated.
- Units are seconds and bytes. Ratios and rates are not exported: a query computes them.
- Every series that is known beforehand exists at 0 from the first scrape. \`quic_requests_total\` has too many
  combinations for that: of every backend, GET with 200 exists, and GET and POST with 500, 502, 503
  and 504; of none, GET with 503.
- No label carries an address, a URL, a host name from a client, or a connection: the number of series does not grow with
  the number of clients. Unknown input folds to \`other\` or \`_OTHER\`.
- A reload removes the series of backends, pools and policies that are gone; those that came start at 0. What ends later at
  a backend that is gone is counted as a request of \`none\`, and in no series of the backend.
- Requests for the metrics and for Roam's health are not counted as requests; in flight they are.
- A connection is QUIC's connection: a client that changes its address is not counted again.
- \`quic_requests_total\` folds new methods to \`_OTHER\` from 100 series for each backend on (\`none\` is one more), and new
  statuses to \`other\` from 150 on.

<!-- Generated from src/telemetry/catalogue/ by npm run generate. Do not edit. -->
`

/** The text of docs/METRICS.md. */
export function renderMetricsDoc(): string {
  const sections = SECTIONS.map(({ title, about, metrics }) =>
    [
      `## ${title}`,
      about,
      table(
        ['metric', 'type', 'meaning', 'labels', 'updated', 'source'],
        metrics.map((metric) => [
          `\`${metric.name}\``,
          metric.type,
          metric.help,
          labelsText(metric.labels),
          metric.updated,
          metric.source,
        ]),
      ),
    ].join('\n\n'),
  )
  return [INTRODUCTION, labelsSection(), ...sections, nodeSection(), bucketsSection()].join('\n\n') + '\n'
}

function labelsSection(): string {
  const rows = Object.entries(SHARED_LABELS).map(([name, values]) => [`\`${name}\``, values])
  return `## Labels\n\nLabels of one metric only are explained with it.\n\n${table(['label', 'values'], rows)}`
}

function bucketsSection(): string {
  const rows = SECTIONS.flatMap(({ metrics }) => metrics)
    .filter((metric): metric is Extract<MetricSpec, { type: 'histogram' }> => metric.type === 'histogram')
    .map(({ name, unit, buckets }) => [
      `\`${name}\``,
      unit?.replaceAll('_', ' ') ?? 'a number',
      buckets.join(' '),
    ])
  const note = 'The objective for latency reads the bucket at exactly 1 second: it stays.'
  return `## Buckets\n\n${note}\n\n${table(['histogram', 'unit', 'upper bounds'], rows)}`
}

function nodeSection(): string {
  const names = NODE_DEFAULTS.map((name) => `- \`${name}\``).join('\n')
  const note =
    "Of prom-client's default metrics these are exported. The event loop's lag includes the period of its monitor, 20 ms."
  return `## Node.js\n\n${note}\n\n${names}`
}

function labelsText(labels: LabelSets): string {
  const texts = Object.entries(labels).map(([name, values]) => {
    if (name in SHARED_LABELS) return `\`${name}\``
    return 'domain' in values ? `\`${name}\`: ${values.values}` : `\`${name}\`: ${list(values)}`
  })
  return texts.join('; ')
}

function list(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
