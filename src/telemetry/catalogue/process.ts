import { type ConfigLabel, counter, gauge } from './spec.ts'

const fact = (values: string): ConfigLabel => ({ domain: 'fact', values })

export const PROCESS = {
  build: gauge({
    name: 'quic_build_info',
    help: '1, with the version and commit that run.',
    labels: { version: fact('version of the package'), commit: fact('commit, or `unknown`') },
    aggregator: 'first',
    updated: 'start',
    source: 'package',
  }),
  configLoaded: gauge({
    name: 'quic_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration in use was loaded (Unix time).',
    labels: {},
    unit: 'seconds',
    aggregator: 'max',
    updated: 'successful load',
    source: 'configuration',
  }),
  configReloads: counter({
    name: 'quic_config_reloads_total',
    help: 'Attempts to load the configuration anew while running; after a failure the one before stays in force.',
    labels: { result: ['success', 'failure'] },
    updated: 'reload',
    source: 'event `config:reload`',
  }),
  takeovers: counter({
    name: 'quic_takeovers_total',
    help: 'Sockets that were handed over to a new process (role old), or received from the one before (role new).',
    labels: { role: ['old', 'new'] },
    updated: 'takeover',
    source: 'event `takeover:done`',
  }),
  adminAuth: counter({
    name: 'quic_admin_auth_total',
    help:
      'Changes asked of the admin server, by their token: accepted, missing or wrong; disabled where no token is ' +
      'configured, so that nothing can be changed.',
    labels: { result: ['accepted', 'missing', 'wrong', 'disabled'] },
    updated: 'request to the admin server',
    source: 'event `admin:auth`',
  }),
  certificateExpiry: gauge({
    name: 'quic_tls_certificate_not_after_timestamp_seconds',
    help: 'When a certificate in use expires (Unix time); the earliest where several have one name.',
    labels: { cn: fact('common names of the configured certificates') },
    unit: 'seconds',
    aggregator: 'min',
    updated: 'scrape',
    source: 'listeners',
  }),
  memoryLimit: gauge({
    name: 'quic_memory_limit_bytes',
    help: "Memory that the process may use: its control group's limit where there is one, else all of the machine's.",
    labels: {},
    unit: 'bytes',
    aggregator: 'first',
    updated: 'scrape',
    source: 'operating system',
  }),
  logDropped: counter({
    name: 'quic_log_dropped_total',
    help: 'Log lines that were dropped because their reader is too slow; requests do not wait for the log.',
    labels: {},
    updated: 'scrape',
    source: 'log',
  }),
}

/**
 * prom-client's default metrics that are kept. Left out: `nodejs_active_*` (its `_total` ones are gauges, and it walks
 * every open socket at each scrape), the event loop's least, mean and standard deviation (not numbers, or absurd ones,
 * until the first measurement), and the sizes of V8's thirteen heap spaces.
 */
export const NODE_DEFAULTS = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_version_info',
  'nodejs_gc_duration_seconds',
] as const
