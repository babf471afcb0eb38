import { ROUTE_CLASSES } from '../../core/events.ts'
import { PROTOCOLS } from '../../core/exchange.ts'
import { OVERHEAD_SECONDS, REQUEST_SECONDS } from './buckets.ts'
import { BACKEND_OR_NONE, METHODS, STATUSES } from './labels.ts'
import { counter, gauge, histogram } from './spec.ts'

/** Longer than anybody waits for a page. */
export const LONG_RUNNING_SECONDS = 30

const updated = 'end of each request, once'
const source = 'event `request:end`'

export const HTTP = {
  requests: counter({
    name: 'quic_requests_total',
    help: 'Requests that ended, by the status that the client was sent; 499 where it left before it was sent one.',
    labels: { method: METHODS, status: STATUSES, protocol: PROTOCOLS, backend_id: BACKEND_OR_NONE },
    // 10 methods × 65 statuses would be 7 000 series for ten backends; see requests.ts for those that exist at once.
    zero: 'some',
    updated,
    source,
  }),
  duration: histogram({
    name: 'quic_request_duration_seconds',
    help: 'First byte of the request to last byte of the response.',
    labels: { protocol: PROTOCOLS, route_class: ROUTE_CLASSES },
    unit: 'seconds',
    buckets: REQUEST_SECONDS,
    updated,
    source,
  }),
  timeToFirstByte: histogram({
    name: 'quic_time_to_first_byte_seconds',
    help: "First byte of the request until the first byte of the response was handed to the client's transport.",
    labels: { protocol: PROTOCOLS, route_class: ROUTE_CLASSES },
    unit: 'seconds',
    buckets: REQUEST_SECONDS,
    updated: `${updated}; not where no byte was sent`,
    source,
  }),
  overhead: histogram({
    name: 'quic_proxy_overhead_seconds',
    help:
      'What Roam itself adds to the time to first byte of requests that were sent to a backend: judging, routing and ' +
      "forwarding the head, retrying, and handing the first byte to the client's transport; without the time that " +
      "attempts waited for a connection, for the client's request body or for an answer, and without the time that " +
      'bytes waited for the event loop (nodejs_eventloop_lag_p99_seconds).',
    labels: { protocol: PROTOCOLS },
    unit: 'seconds',
    buckets: OVERHEAD_SECONDS,
    updated: `${updated}; not where no backend was asked or no byte was sent`,
    source,
  }),
  inFlight: gauge({
    name: 'quic_requests_in_flight',
    help: 'Requests that have begun and not ended.',
    labels: { protocol: PROTOCOLS },
    aggregator: 'sum',
    updated: 'scrape',
    source: 'proxy',
  }),
  longRunning: gauge({
    name: 'quic_requests_long_running',
    help: `Requests in flight that began more than ${LONG_RUNNING_SECONDS} s ago: big transfers and long polls, or something that hangs.`,
    labels: { protocol: PROTOCOLS },
    aggregator: 'sum',
    updated: 'scrape',
    source: 'proxy',
  }),
  requestBytes: counter({
    name: 'quic_request_bytes_total',
    help: 'Bytes of request bodies that were read from clients.',
    labels: { protocol: PROTOCOLS },
    unit: 'bytes',
    updated,
    source,
  }),
  responseBytes: counter({
    name: 'quic_response_bytes_total',
    help: 'Bytes of response bodies that were handed to the transports of clients.',
    labels: { protocol: PROTOCOLS },
    unit: 'bytes',
    updated,
    source,
  }),
  aborts: counter({
    name: 'quic_request_aborts_total',
    help: 'Requests that one side broke off: downstream, the client left; upstream, the backend cut its answer or connection.',
    labels: { side: ['downstream', 'upstream'], protocol: PROTOCOLS },
    updated,
    source: `${source}: \`CLIENT_GONE\`; \`UPSTREAM_RESET\` and \`UPSTREAM_TRUNCATED\``,
  }),
  earlyData: counter({
    name: 'quic_early_data_requests_total',
    help: 'Requests that arrived as 0-RTT data: accepted, or sent back with 425 Too Early.',
    labels: { result: ['accepted', 'too_early'] },
    updated,
    source,
  }),
}
