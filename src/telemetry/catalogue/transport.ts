import { MTU_BYTES, RATE_BYTES_PER_SECOND, RTT_SECONDS, WINDOW_BYTES } from './buckets.ts'
import { NETWORK } from './labels.ts'
import { type CounterSpec, type HistogramSpec, type Unit, counter, histogram } from './spec.ts'

const updated = 'every `metrics.updateInterval` for each live connection, and at its close'
const source = 'QUIC engine, connection statistics'
const endpoint = 'QUIC engine, endpoint counters'
const byNetwork = { network: NETWORK }

/** A count of real packets or bytes of all connections, by the client's network. */
function counted(name: string, help: string, unit?: Unit): CounterSpec<typeof byNetwork> {
  return counter({
    name,
    help,
    labels: byNetwork,
    ...(unit && { unit }),
    updated,
    source,
  })
}

/** A level of one connection, observed at each sample. */
function level(
  name: string,
  help: string,
  unit: Unit,
  buckets: readonly number[],
): HistogramSpec<typeof byNetwork> {
  return histogram({
    name,
    help,
    labels: byNetwork,
    unit,
    buckets,
    updated: `${updated}; not while it is unknown`,
    source,
  })
}

export const TRANSPORT = {
  packetsSent: counted('quic_packets_sent_total', 'QUIC packets that were sent.'),
  packetsReceived: counted('quic_packets_received_total', 'QUIC packets that were received and processed.'),
  packetsLost: counted('quic_packets_lost_total', 'QUIC packets sent that loss recovery declared lost.'),
  packetsRetransmitted: counted(
    'quic_packets_retransmitted_total',
    'QUIC packets sent that carried lost data again.',
  ),
  bytesSent: counted('quic_bytes_sent_total', 'Bytes of QUIC packets that were sent.', 'bytes'),
  bytesReceived: counted('quic_bytes_received_total', 'Bytes of QUIC packets that were received.', 'bytes'),
  rtt: level('quic_rtt_seconds', 'Smoothed round-trip time of the active path.', 'seconds', RTT_SECONDS),
  congestionWindow: level(
    'quic_congestion_window_bytes',
    'Congestion window of the active path.',
    'bytes',
    WINDOW_BYTES,
  ),
  bandwidth: level(
    'quic_bandwidth_bytes_per_second',
    "The engine's estimate of the active path's delivery rate.",
    'bytes_per_second',
    RATE_BYTES_PER_SECOND,
  ),
  pathMtu: level('quic_path_mtu_bytes', 'Largest datagram the active path carries.', 'bytes', MTU_BYTES),
  spuriousLosses: counter({
    name: 'quic_spurious_losses_total',
    help: 'Packets that were declared lost and then acknowledged after all.',
    labels: {},
    updated,
    source,
  }),
  probeTimeouts: counter({
    name: 'quic_pto_total',
    help: 'Probe timeouts (RFC 9002, 6.2).',
    labels: {},
    updated,
    source,
  }),
  amplificationLimited: counter({
    name: 'quic_amplification_limited_total',
    help: 'Times that sending had to stop at three times the bytes received from an unvalidated address.',
    labels: {},
    updated,
    source,
  }),
  blocked: counter({
    name: 'quic_flow_control_blocked_total',
    help: "Times that sending had to wait for the client's flow-control or stream limits.",
    labels: { scope: ['connection', 'stream', 'streams_bidi', 'streams_uni'] },
    updated,
    source,
  }),
  dropped: counter({
    name: 'quic_packets_dropped_total',
    help: 'Received packets that were not processed.',
    labels: {
      reason: ['too_short', 'unknown_connection', 'parse_error', 'decrypt_error', 'buffer_full', 'other'],
    },
    updated: 'scrape',
    source: endpoint,
  }),
  udpErrors: counter({
    name: 'quic_udp_errors_total',
    help: 'Errors of the UDP sockets.',
    labels: { op: ['send', 'receive'], code: ['EAGAIN', 'ENOBUFS', 'EMSGSIZE', 'other'] },
    // Receiving knows only `other`: EAGAIN is how a socket says that it is empty.
    zero: 'some',
    updated: 'scrape',
    source: endpoint,
  }),
  forwarded: counter({
    name: 'quic_datagrams_forwarded_total',
    help: 'Datagrams handed on to an older process of a takeover, which has the connection.',
    labels: {},
    updated: 'scrape',
    source: endpoint,
  }),
  panics: counter({
    name: 'quic_engine_panics_total',
    help: 'Defects in the engine that ended one connection each; please report any.',
    labels: {},
    updated: 'scrape',
    source: endpoint,
  }),
  rejectedRequests: counter({
    name: 'quic_engine_rejected_requests_total',
    help: 'HTTP/3 requests that were reset before they were judged: a NUL in a field, or more fields than limits.maxFields. They are in no other series.',
    labels: {},
    updated: 'scrape',
    source: endpoint,
  }),
}
