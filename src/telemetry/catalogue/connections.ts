import { PROTOCOLS } from '../../core/exchange.ts'
import { CONNECTION_SECONDS, HANDSHAKE_SECONDS } from './buckets.ts'
import { YES_NO } from './labels.ts'
import { counter, gauge, histogram } from './spec.ts'

const engine = 'QUIC engine, endpoint counters'

export const CONNECTIONS = {
  opened: counter({
    name: 'quic_connections_total',
    help: 'Connections that were established; a client that moves stays one connection.',
    labels: { protocol: PROTOCOLS },
    updated: 'connection established',
    source: 'event `connection:open`',
  }),
  active: gauge({
    name: 'quic_active_connections',
    help: 'Connections that are open.',
    labels: { protocol: PROTOCOLS },
    aggregator: 'sum',
    updated: 'scrape',
    source: 'listeners',
  }),
  listeners: gauge({
    name: 'quic_listeners',
    help: 'Listeners that offer a protocol.',
    labels: { protocol: PROTOCOLS },
    aggregator: 'first',
    updated: 'start',
    source: 'configuration, `listeners`',
  }),
  limit: gauge({
    name: 'quic_connections_limit',
    help: 'Connections that are accepted at most.',
    labels: {},
    aggregator: 'first',
    updated: 'start',
    source: 'configuration, `limits.maxConnections`',
  }),
  halfOpen: gauge({
    name: 'quic_half_open_connections',
    help: 'QUIC connections whose handshake has not ended; Retry is asked for above a number of them.',
    labels: {},
    aggregator: 'sum',
    updated: 'scrape',
    source: engine,
  }),
  closed: counter({
    name: 'quic_connections_closed_total',
    help: 'Connections that ended, by why and by whom.',
    labels: {
      protocol: PROTOCOLS,
      reason: [
        'no_error',
        'idle_timeout',
        'handshake_timeout',
        'protocol_error',
        'application_error',
        'reset',
        'drain',
        'other',
      ],
      initiator: ['local', 'peer'],
    },
    updated: 'close',
    source: 'event `connection:close`',
  }),
  rejected: counter({
    name: 'quic_connections_rejected_total',
    help: 'Connections that were refused before they were established.',
    labels: { reason: ['connection_limit', 'rate_limit', 'invalid_token', 'draining', 'other'] },
    updated: 'TCP: refusal; QUIC: scrape',
    source: `event \`connection:rejected\` (TCP); ${engine} (QUIC)`,
  }),
  duration: histogram({
    name: 'quic_connection_duration_seconds',
    help: 'How long connections lived.',
    labels: { protocol: PROTOCOLS },
    unit: 'seconds',
    buckets: CONNECTION_SECONDS,
    updated: 'close',
    source: 'event `connection:close`',
  }),
  handshake: histogram({
    name: 'quic_handshake_duration_seconds',
    help: 'First packet to the end of the handshake (QUIC, or TLS over TCP), resumed sessions apart.',
    labels: { protocol: PROTOCOLS, resumed: YES_NO },
    unit: 'seconds',
    buckets: HANDSHAKE_SECONDS,
    updated: 'end of the handshake; not where there is none (plain HTTP/1.1)',
    source: 'event `connection:open`',
  }),
  handshakeFailures: counter({
    name: 'quic_handshake_failures_total',
    help: 'Handshakes that failed (QUIC and TLS over TCP).',
    labels: { reason: ['timeout', 'tls_alert', 'no_shared_alpn', 'transport_error', 'other'] },
    updated: 'failure',
    source: 'event `handshake:failed`',
  }),
  retries: counter({
    name: 'quic_retry_total',
    help: 'Address validation with Retry packets (RFC 9000, 8.1.2): sent, token came back valid, or not.',
    labels: { event: ['sent', 'validated', 'error'] },
    updated: 'scrape',
    source: engine,
  }),
  versionNegotiations: counter({
    name: 'quic_version_negotiations_total',
    help: 'Version Negotiation packets that were sent.',
    labels: {},
    updated: 'scrape',
    source: engine,
  }),
  statelessResets: counter({
    name: 'quic_stateless_resets_sent_total',
    help: 'Stateless resets that were sent (RFC 9000, 10.3).',
    labels: {},
    updated: 'scrape',
    source: engine,
  }),
}
