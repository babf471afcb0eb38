/**
 * Recording rules: what alerts, dashboards and `roam baseline` read. All windows fit into the 200 h that Prometheus keeps.
 * A ratio of requests leaves out 499 (the client left): that is no failure of the site, nor a success.
 */
import type { RecordingRule, RuleGroup } from './rule.ts'
import { WINDOWS, type Window } from './thresholds.ts'

/** Interactive requests: the ones a person waits for. Files and uploads take as long as they are long. */
export const INTERACTIVE = 'route_class=~"page|ajax"'
/** The bucket of 1 s, in both ways that versions of Prometheus write it. */
export const ONE_SECOND = 'le=~"1|1[.]0"'

const requests: RuleGroup<RecordingRule> = {
  name: 'roam-requests',
  rules: [
    {
      record: 'job:quic_requests:rate5m',
      expr: 'sum by (job) (rate(quic_requests_total[5m]))',
      help: 'Requests per second.',
    },
    {
      record: 'job_protocol:quic_requests:rate5m',
      expr: 'sum by (job, protocol) (rate(quic_requests_total[5m]))',
      help: 'Requests per second of each protocol.',
    },
    {
      record: 'job_backend:quic_requests:rate5m',
      expr: 'sum by (job, backend_id) (rate(quic_requests_total[5m]))',
      help: 'Requests per second that each backend answered; none where no backend was chosen.',
    },
    {
      record: 'job:quic_proxy_overhead_seconds:p99_rate5m',
      expr: 'histogram_quantile(0.99, sum by (job, le) (rate(quic_proxy_overhead_seconds_bucket[5m])))',
      help: '99th percentile of the time that Roam itself adds to a response.',
    },
  ],
}

function objectiveRules(windows: readonly Window[]): readonly RecordingRule[] {
  return ['job', 'job, protocol'].flatMap((by) => {
    const level = by.replace(', ', '_')
    const whose = by === 'job' ? '' : ', for each protocol'
    return windows.flatMap((window) => [
      {
        record: `${level}:quic_request_errors:ratio_rate${window}`,
        expr:
          `sum by (${by}) (rate(quic_requests_total{status=~"5.."}[${window}]))` +
          ` / sum by (${by}) (rate(quic_requests_total{status!="499"}[${window}]))`,
        help: `Share of requests of the last ${window} that were answered with 5xx${whose}.`,
      },
      {
        record: `${level}:quic_request_slow:ratio_rate${window}`,
        expr:
          `1 - sum by (${by}) (rate(quic_request_duration_seconds_bucket{${INTERACTIVE}, ${ONE_SECOND}}[${window}]))` +
          ` / sum by (${by}) (rate(quic_request_duration_seconds_count{${INTERACTIVE}}[${window}]))`,
        help: `Share of pages and AJAX calls of the last ${window} that took longer than 1 s${whose}.`,
      },
    ])
  })
}

/** Three days are 50 000 samples of each series: too many to read every 15 s, and they change too slowly for that. */
const SLOW_WINDOWS: readonly Window[] = ['6h', '1d', '3d']

const objectives: RuleGroup<RecordingRule> = {
  name: 'roam-objectives',
  rules: objectiveRules(WINDOWS.filter((window) => !SLOW_WINDOWS.includes(window))),
}

const slowObjectives: RuleGroup<RecordingRule> = {
  name: 'roam-objectives-slow',
  interval: '2m',
  rules: objectiveRules(SLOW_WINDOWS),
}

const transport: RuleGroup<RecordingRule> = {
  name: 'roam-transport',
  rules: [
    {
      record: 'job:quic_packet_loss:ratio_rate5m',
      expr: 'sum by (job) (rate(quic_packets_lost_total[5m])) / sum by (job) (rate(quic_packets_sent_total[5m]))',
      help: 'Share of the QUIC packets sent that were declared lost.',
    },
    {
      record: 'job:quic_http3_share:ratio_rate30m',
      expr:
        'sum by (job) (rate(quic_requests_total{protocol="h3"}[30m]))' +
        ' / sum by (job) (rate(quic_requests_total[30m]))',
      help: 'Share of requests that came over HTTP/3.',
    },
    {
      record: 'job:quic_migration_failures:ratio_rate15m',
      expr:
        'sum by (job) (rate(quic_connection_migrations_total{success="false"}[15m]))' +
        ' / sum by (job) (rate(quic_connection_migrations_total[15m]))',
      help: 'Share of migrations whose new path was not validated.',
    },
  ],
}

const balancing: RuleGroup<RecordingRule> = {
  name: 'roam-balancing',
  rules: [
    {
      record: 'job:quic_session_affinity_breaks:ratio_rate10m',
      // Who had no backend yet cannot lose it.
      expr:
        'sum by (job) (rate(quic_session_affinity_total{result=~"moved|invalid"}[10m]))' +
        ' / sum by (job) (rate(quic_session_affinity_total{result!="new"}[10m]))',
      help: 'Share of the requests of clients with a backend that another one got.',
    },
  ],
}

/**
 * One day as few series, read at its end by `roam baseline export`. Buckets, not percentiles: counts of several days can be
 * added up, percentiles cannot.
 */
const daily: RuleGroup<RecordingRule> = {
  name: 'roam-daily',
  interval: '1m',
  rules: [
    {
      record: 'job_protocol:quic_requests:increase1d',
      expr: 'sum by (job, protocol) (increase(quic_requests_total{status!="499"}[1d]))',
      help: 'Requests of the last day.',
    },
    {
      record: 'job_protocol:quic_request_errors:increase1d',
      expr: 'sum by (job, protocol) (increase(quic_requests_total{status=~"5.."}[1d]))',
      help: 'Requests of the last day that were answered with 5xx.',
    },
    {
      record: 'job_protocol:quic_request_aborts:increase1d',
      expr: 'sum by (job, protocol) (increase(quic_request_aborts_total[1d]))',
      help: 'Requests of the last day that one side broke off.',
    },
    {
      record: 'job_protocol:quic_response_bytes:increase1d',
      expr: 'sum by (job, protocol) (increase(quic_response_bytes_total[1d]))',
      help: 'Bytes of response bodies of the last day.',
    },
    {
      record: 'job_protocol_le:quic_time_to_first_byte_seconds_bucket:increase1d',
      expr: `sum by (job, protocol, le) (increase(quic_time_to_first_byte_seconds_bucket{${INTERACTIVE}}[1d]))`,
      help: 'Time to first byte of the pages and AJAX calls of the last day, as a histogram.',
    },
    {
      record: 'job_protocol_le:quic_request_duration_seconds_bucket:increase1d',
      expr: `sum by (job, protocol, le) (increase(quic_request_duration_seconds_bucket{${INTERACTIVE}}[1d]))`,
      help: 'Duration of the pages and AJAX calls of the last day, as a histogram.',
    },
    {
      record: 'job:quic_packets_sent:increase1d',
      expr: 'sum by (job) (increase(quic_packets_sent_total[1d]))',
      help: 'QUIC packets sent in the last day.',
    },
    {
      record: 'job:quic_packets_lost:increase1d',
      expr: 'sum by (job) (increase(quic_packets_lost_total[1d]))',
      help: 'QUIC packets of the last day that were declared lost.',
    },
    {
      record: 'job_success:quic_connection_migrations:increase1d',
      expr: 'sum by (job, success) (increase(quic_connection_migrations_total[1d]))',
      help: 'Migrations of the last day, by whether they succeeded.',
    },
  ],
}

export const RECORDING_GROUPS: readonly RuleGroup<RecordingRule>[] = [
  requests,
  objectives,
  slowObjectives,
  transport,
  balancing,
  daily,
]
