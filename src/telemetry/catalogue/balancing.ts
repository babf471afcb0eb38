import { ADMIN_STATES, EJECTION_REASONS } from '../../core/events.ts'
import { REQUEST_SECONDS } from './buckets.ts'
import { ALGORITHM, BACKEND, POOL } from './labels.ts'
import { counter, gauge, histogram } from './spec.ts'

export const BREAKER_STATES = ['closed', 'open', 'half_open'] as const

const byBackend = { backend_id: BACKEND }

export const BALANCING = {
  info: gauge({
    name: 'quic_backend_info',
    help: '1 for each backend, with the pool that it is in: joins other series to pools.',
    labels: { backend_id: BACKEND, pool: POOL },
    aggregator: 'first',
    updated: 'scrape',
    source: 'balancer',
  }),
  healthy: gauge({
    name: 'quic_backend_healthy',
    help: '1 while the health checks of a backend pass, else 0.',
    labels: byBackend,
    aggregator: 'min',
    updated: 'scrape',
    source: 'balancer',
  }),
  connections: gauge({
    name: 'quic_backend_connections',
    help: 'Open connections to a backend, in use or not.',
    labels: byBackend,
    aggregator: 'sum',
    updated: 'scrape',
    source: 'upstream',
  }),
  poolConnections: gauge({
    name: 'quic_backend_pool_connections',
    help: 'The connection pool of a backend: active and idle connections, and requests that are pending for one.',
    labels: { backend_id: BACKEND, state: ['active', 'idle', 'pending'] },
    aggregator: 'sum',
    updated: 'scrape',
    source: 'upstream',
  }),
  weight: gauge({
    name: 'quic_backend_weight',
    help: 'Weight that a backend has now: the configured one or the one that an operator chose, less during slow start.',
    labels: byBackend,
    aggregator: 'first',
    updated: 'scrape',
    source: 'balancer',
  }),
  responseTime: histogram({
    name: 'quic_backend_response_time_seconds',
    help: 'Request sent to a backend until the first byte of its final answer.',
    labels: byBackend,
    unit: 'seconds',
    buckets: REQUEST_SECONDS,
    updated: "backend's first byte",
    source: 'event `backend:response`',
  }),
  healthChecks: counter({
    name: 'quic_backend_health_checks_total',
    help: 'Health probes that ended.',
    labels: { backend_id: BACKEND, result: ['success', 'failure', 'timeout'] },
    updated: 'probe',
    source: 'event `backend:health-check`',
  }),
  stateChanges: counter({
    name: 'quic_backend_state_changes_total',
    help: 'Times that a backend became healthy or unhealthy.',
    labels: { backend_id: BACKEND, state: ['healthy', 'unhealthy'] },
    updated: 'change',
    source: 'event `backend:state`',
  }),
  retries: counter({
    name: 'quic_backend_retries_total',
    help: 'Attempts at a backend after the first attempt of a request had failed.',
    labels: byBackend,
    updated: 'retry',
    source: 'event `backend:retry`',
  }),
  selected: counter({
    name: 'quic_backend_selected_total',
    help: 'Times that a policy chose a backend.',
    labels: { backend_id: BACKEND, algorithm: ALGORITHM },
    // A backend is in one pool and so has one policy: the other combinations cannot be.
    zero: 'some',
    updated: 'selection',
    source: 'event `backend:selected`',
  }),
  errors: counter({
    name: 'quic_backend_errors_total',
    help: "Attempts that failed by the backend's fault, by how far they got.",
    labels: { backend_id: BACKEND, stage: ['connect', 'tls', 'write', 'read', 'timeout'] },
    updated: 'failure of the attempt',
    source: 'event `backend:error`',
  }),
  breakerState: gauge({
    name: 'quic_circuit_breaker_state',
    help: "1 for the state that a backend's circuit breaker is in, 0 for the other two.",
    labels: { backend_id: BACKEND, state: BREAKER_STATES },
    aggregator: 'max',
    updated: 'scrape',
    source: 'balancer',
  }),
  breakerFailures: counter({
    name: 'quic_circuit_breaker_failures_total',
    help: "Failures that a backend's circuit breaker counted.",
    labels: byBackend,
    updated: 'failure',
    source: 'event `breaker:failure`',
  }),
  ejected: gauge({
    name: 'quic_backend_ejected',
    help: '1 while a backend gets no requests because of what its answers looked like, else 0.',
    labels: byBackend,
    aggregator: 'max',
    updated: 'scrape',
    source: 'balancer',
  }),
  ejections: counter({
    name: 'quic_backend_ejections_total',
    help: 'Times that a backend was ejected because of what its answers looked like.',
    labels: { backend_id: BACKEND, reason: EJECTION_REASONS },
    updated: 'ejection',
    source: 'event `backend:ejected`',
  }),
  adminState: gauge({
    name: 'quic_backend_admin_state',
    help:
      '1 for the state that an operator has put a backend in, 0 for the other two: draining keeps the clients that it ' +
      'has and gets no others, disabled gets nobody.',
    labels: { backend_id: BACKEND, state: ADMIN_STATES },
    aggregator: 'max',
    updated: 'scrape',
    source: 'balancer',
  }),
  algorithm: gauge({
    name: 'quic_load_balancer_algorithm_info',
    help: '1 for each policy that is in use.',
    labels: { algorithm: ALGORITHM },
    aggregator: 'first',
    updated: 'scrape',
    source: 'configuration',
  }),
}
