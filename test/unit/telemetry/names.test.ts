import t from 'tap'
import { CATALOGUE } from '../../../src/telemetry/catalogue.ts'

/** Rules, dashboards and operators depend on these: a change here is a change for all of them. */
const NAMES = `
quic_requests_total quic_request_duration_seconds quic_time_to_first_byte_seconds quic_requests_in_flight
quic_proxy_overhead_seconds quic_requests_long_running
quic_request_bytes_total quic_response_bytes_total quic_request_aborts_total quic_early_data_requests_total
quic_connections_total quic_active_connections quic_connections_limit quic_half_open_connections
quic_listeners
quic_connections_closed_total quic_connections_rejected_total quic_connection_duration_seconds
quic_handshake_duration_seconds quic_handshake_failures_total quic_retry_total quic_version_negotiations_total
quic_stateless_resets_sent_total
quic_packets_sent_total quic_packets_received_total quic_packets_lost_total quic_packets_retransmitted_total
quic_bytes_sent_total quic_bytes_received_total quic_rtt_seconds quic_congestion_window_bytes
quic_bandwidth_bytes_per_second quic_path_mtu_bytes quic_spurious_losses_total quic_pto_total
quic_amplification_limited_total quic_flow_control_blocked_total quic_packets_dropped_total quic_udp_errors_total
quic_datagrams_forwarded_total quic_engine_panics_total quic_engine_rejected_requests_total
quic_connection_migrations_total quic_migration_duration_seconds quic_path_validations_total
quic_path_validation_duration_seconds quic_connection_recoveries_total
quic_backend_info quic_backend_healthy quic_backend_connections quic_backend_pool_connections quic_backend_weight
quic_backend_response_time_seconds quic_backend_health_checks_total quic_backend_state_changes_total
quic_backend_retries_total quic_backend_selected_total quic_backend_errors_total quic_circuit_breaker_state
quic_circuit_breaker_failures_total quic_load_balancer_algorithm_info
quic_backend_ejected quic_backend_ejections_total quic_backend_admin_state
quic_queue_depth quic_queue_limit quic_queue_wait_seconds quic_queue_position quic_queue_rejected_total
quic_pool_panic quic_session_affinity_total
quic_build_info quic_config_last_reload_success_timestamp_seconds quic_tls_certificate_not_after_timestamp_seconds
quic_memory_limit_bytes quic_log_dropped_total
quic_config_reloads_total quic_takeovers_total quic_admin_auth_total
`
  .trim()
  .split(/\s+/)

t.test('the names are those that operators know', (t) => {
  t.same(CATALOGUE.map(({ name }) => name).sort(), NAMES.sort())
  t.end()
})

for (const { name, type, unit, labels, help } of CATALOGUE) {
  t.test(`${name} follows the rules for names`, (t) => {
    t.match(name, /^quic_[a-z0-9_]+$/)
    t.equal(name.endsWith('_total'), type === 'counter', '_total on counters and on nothing else')
    t.notMatch(name, /_(ms|millis|milliseconds|percent|pct|ratio|rate|kb|mb|minutes|hours)(_|$)/)
    if (unit !== undefined) t.ok(name.includes(`_${unit}`), 'names its unit')
    else t.notMatch(name, /_(seconds|bytes)/, 'has a unit in its name and none declared')
    for (const label of Object.keys(labels)) t.match(label, /^[a-z][a-z_]*$/)
    t.notMatch(Object.keys(labels).join(' '), /connection_id|address|url|host|user|cookie|session|path/)
    t.ok(help.length > 0 && help.endsWith('.') && !help.includes('|'), 'help is a sentence that fits a table')
    t.end()
  })
}

t.test('buckets rise, and the one the objective for latency reads is there', (t) => {
  for (const metric of CATALOGUE) {
    if (metric.type !== 'histogram') continue
    t.same(
      metric.buckets,
      [...new Set(metric.buckets)].sort((a, b) => a - b),
      metric.name,
    )
    if (metric.name === 'quic_request_duration_seconds') t.ok(metric.buckets.includes(1))
  }
  t.end()
})
