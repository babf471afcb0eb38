/** Clients that come from another address and stay connected. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph } from '../panels.ts'
import { percentiles } from '../percentiles.ts'
import { rate, recorded, sum } from '../queries.ts'

export function outcomes(): PanelBuilder {
  return graph({
    title: 'Migrations',
    description:
      'Per second. nat_rebinding: a router forgot the mapping. address_change: the client moved between ' +
      'networks. Many are normal on a large site; it is the failed ones that lose connections.',
    unit: 'cps',
    min: 0,
    queries: [
      { expr: sum('', rate('quic_connection_migrations_total')), legend: 'all' },
      {
        expr: sum('reason', rate('quic_connection_migrations_total', 'success="true"')),
        legend: 'succeeded: {{reason}}',
      },
      {
        expr: sum('reason', rate('quic_connection_migrations_total', 'success="false"')),
        legend: 'failed: {{reason}}',
      },
    ],
    limits: { warning: THRESHOLDS.migrationsPerSecond },
    alerts: ['HighConnectionMigrationRate'],
  })
}

export function failureShare(): PanelBuilder {
  return graph({
    title: 'Migrations that fail',
    description:
      'Share whose new path was not validated, over 15 minutes. No value while nobody moves. High: ' +
      'something in front forwards UDP by address and port, so that packets of the new path do not arrive ' +
      'or do not come back.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: recorded('job:quic_migration_failures:ratio_rate15m'), legend: 'failed' }],
    limits: { warning: THRESHOLDS.migrationFailureRatio },
    alerts: ['ConnectionMigrationFailures'],
    none: 'nobody moved',
  })
}

export function durations(): PanelBuilder {
  return graph({
    title: 'Duration of migrations',
    description:
      'First packet on the new path to its validation; successful ones only. About one round trip of the ' +
      'new network; above a second users notice a pause.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_migration_duration_seconds', { by: 'reason' }),
    none: 'nobody moved',
  })
}

export function validations(): PanelBuilder {
  return graph({
    title: 'Path validations',
    description:
      'Per second: challenges sent to new addresses that ended. failure: no answer came. A forged address ' +
      'looks the same, so a flood of failures without migrations is an attack.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('result', rate('quic_path_validations_total')), legend: '{{result}}' }],
  })
}

export function validationDurations(): PanelBuilder {
  return graph({
    title: 'Duration of path validations',
    description: 'Challenge sent to path validated, successful ones only: one round trip of the new path.',
    unit: 's',
    min: 0,
    queries: percentiles([50, 95], 'quic_path_validation_duration_seconds', { by: 'network' }),
    none: 'nobody moved',
  })
}

export function recoveries(): PanelBuilder {
  return graph({
    title: 'Connections that came back',
    description:
      'Per second: connections that had been silent and went on, on a new path. Phones in a lift or a ' +
      'tunnel: each is a session that TCP would have lost.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('kind', rate('quic_connection_recoveries_total')), legend: '{{kind}}' }],
  })
}
