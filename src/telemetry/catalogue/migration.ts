import { PATH_SECONDS } from './buckets.ts'
import { NETWORK, YES_NO } from './labels.ts'
import { counter, histogram } from './spec.ts'

const updated = 'path event'
const source = 'QUIC engine, path events'
/** quiche cannot send the transport parameter `preferred_address`, so that reason stays 0. */
const REASONS = ['nat_rebinding', 'address_change', 'preferred_address'] as const

export const MIGRATION = {
  migrations: counter({
    name: 'quic_connection_migrations_total',
    help: 'Connections whose client came from another address: same connection ID (NAT rebinding) or a new one (address change).',
    labels: { reason: REASONS, success: YES_NO, network: NETWORK },
    updated,
    source,
  }),
  duration: histogram({
    name: 'quic_migration_duration_seconds',
    help: 'First packet on the new path to its validation; successful migrations only.',
    labels: { reason: REASONS, network: NETWORK },
    unit: 'seconds',
    buckets: PATH_SECONDS,
    updated,
    source,
  }),
  validations: counter({
    name: 'quic_path_validations_total',
    help: 'Path validations (PATH_CHALLENGE, RFC 9000, 8.2) that ended.',
    labels: { result: ['success', 'failure'], network: NETWORK },
    updated,
    source,
  }),
  validationDuration: histogram({
    name: 'quic_path_validation_duration_seconds',
    help: 'PATH_CHALLENGE sent to path validated; successful validations only.',
    labels: { network: NETWORK },
    unit: 'seconds',
    buckets: PATH_SECONDS,
    updated,
    source,
  }),
  recoveries: counter({
    name: 'quic_connection_recoveries_total',
    help: 'Connections that had been silent and came back; only those that came back on a new path are known.',
    labels: { kind: ['same_path', 'new_path'], network: NETWORK },
    updated,
    source,
  }),
}
