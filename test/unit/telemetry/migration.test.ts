import t from 'tap'
import type { PathEvent } from '../../../src/core/transport.ts'
import { telemetry } from './support.ts'

const MIGRATED = {
  kind: 'migrated',
  reason: 'nat_rebinding',
  success: true,
  seconds: 0.06,
  remoteAddress: '192.0.2.7',
  remotePort: 40_000,
  wasIdle: false,
} as const

const path = (event: PathEvent): { connection: number; remoteAddress: string; event: PathEvent } => ({
  connection: 1,
  remoteAddress: '192.0.2.7',
  event,
})

t.test('a migration is counted by its reason, with how long it took', async (t) => {
  const { events, value } = telemetry()
  events.emit('transport:path', path(MIGRATED))
  events.emit('transport:path', path({ ...MIGRATED, reason: 'address_change', seconds: 0.1 }))
  for (const reason of ['nat_rebinding', 'address_change']) {
    t.equal(
      await value(`quic_connection_migrations_total{reason="${reason}",success="true",network="other"}`),
      1,
      reason,
    )
  }
  t.equal(await value('quic_migration_duration_seconds_sum{reason="address_change",network="other"}'), 0.1)
})

t.test('a migration that failed has no duration and is no recovery', async (t) => {
  const { events, value } = telemetry()
  events.emit('transport:path', path({ ...MIGRATED, success: false, wasIdle: true }))
  t.equal(
    await value('quic_connection_migrations_total{reason="nat_rebinding",success="false",network="other"}'),
    1,
  )
  t.equal(await value('quic_migration_duration_seconds_count{reason="nat_rebinding",network="other"}'), 0)
  t.equal(await value('quic_connection_recoveries_total{kind="new_path",network="other"}'), 0)
})

t.test('a client that was silent and came back on a new path has recovered', async (t) => {
  const { events, value } = telemetry()
  events.emit('transport:path', path({ ...MIGRATED, wasIdle: true }))
  t.equal(await value('quic_connection_recoveries_total{kind="new_path",network="other"}'), 1)
  t.equal(await value('quic_connection_recoveries_total{kind="same_path",network="other"}'), 0)
})

t.test('path validations are no migrations', async (t) => {
  const { events, value } = telemetry()
  events.emit('transport:path', path({ kind: 'validated', success: true, seconds: 0.05 }))
  events.emit('transport:path', path({ kind: 'validated', success: false, seconds: 1 }))
  t.equal(await value('quic_path_validations_total{result="success",network="other"}'), 1)
  t.equal(await value('quic_path_validations_total{result="failure",network="other"}'), 1)
  t.equal(await value('quic_path_validation_duration_seconds_count{network="other"}'), 1)
  t.equal(
    await value('quic_connection_migrations_total{reason="nat_rebinding",success="true",network="other"}'),
    0,
  )
})
