import { MIGRATION } from '../catalogue/migration.ts'
import type { Section } from '../section.ts'

/** Clients that move. These are rare events, so their series are looked up as they come. */
export function measureMigration({ on, metrics, networkOf }: Section): void {
  const migrations = metrics.counter(MIGRATION.migrations)
  const duration = metrics.histogram(MIGRATION.duration)
  const validations = metrics.counter(MIGRATION.validations)
  const validationDuration = metrics.histogram(MIGRATION.validationDuration)
  const recoveries = metrics.counter(MIGRATION.recoveries)

  on('transport:path', ({ remoteAddress, event }) => {
    if (event.kind === 'validated') {
      const network = networkOf(remoteAddress)
      validations.labels({ result: event.success ? 'success' : 'failure', network }).inc()
      if (event.success) validationDuration.labels({ network }).observe(event.seconds)
      return
    }
    // Where the client is now; the connection may still be listed under the address it left.
    const network = networkOf(event.remoteAddress)
    migrations.labels({ reason: event.reason, success: event.success ? 'true' : 'false', network }).inc()
    if (!event.success) return
    duration.labels({ reason: event.reason, network }).observe(event.seconds)
    if (event.wasIdle) recoveries.labels({ kind: 'new_path', network }).inc()
  })
}
