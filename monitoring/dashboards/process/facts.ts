/** What runs, and since when. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, number, table } from '../panels.ts'
import { min, series } from '../queries.ts'

export function version(): PanelBuilder {
  return table(
    {
      title: 'Versions',
      description:
        'Of Roam and of Node.js, for each instance. Different ones in one cluster: an update is under way.',
      unit: 'none',
      queries: [
        {
          expr: `${series('quic_build_info')} * on (job, instance) group_left (node) label_replace(${series('nodejs_version_info')}, "node", "$1", "version", "(.*)")`,
          legend: '{{instance}}',
        },
      ],
    },
    [
      { field: 'instance', heading: 'Instance' },
      { field: 'version', heading: 'Roam' },
      { field: 'commit', heading: 'Commit' },
      { field: 'node', heading: 'Node.js' },
    ],
  )
}

export function uptime(): PanelBuilder {
  return number({
    title: 'Runs for',
    description:
      'Since the process started. Shorter than you expect: it crashed or was ended for its memory; see its ' +
      'log and the system’s journal. Every QUIC connection was lost then.',
    unit: 's',
    queries: [{ expr: `time() - ${series('process_start_time_seconds')}`, legend: '{{instance}}' }],
  })
}

export function configuration(): PanelBuilder {
  return number({
    title: 'Configuration is in force for',
    description: 'Since the configuration in use was loaded. Trouble that began then comes from it.',
    unit: 's',
    queries: [
      {
        expr: `time() - ${series('quic_config_last_reload_success_timestamp_seconds')}`,
        legend: '{{instance}}',
      },
    ],
  })
}

export function certificates(): PanelBuilder {
  return number({
    title: 'Certificates expire in',
    description: 'The earliest of each name. At 0 every browser refuses the site: renew in time.',
    unit: 's',
    queries: [
      {
        expr: `${min('cn', series('quic_tls_certificate_not_after_timestamp_seconds'))} - time()`,
        legend: '{{cn}}',
      },
    ],
    limits: {
      warning: THRESHOLDS.certificateWarningSeconds,
      critical: THRESHOLDS.certificateCriticalSeconds,
      below: true,
    },
    alerts: ['CertificateExpiring'],
  })
}
