import type { DownstreamConnection } from '../../core/exchange.ts'

/**
 * Answers, for each request, whether it is the first of its connection since the client moved to another address. A pool
 * keeps one for life, reloads included.
 */
export function watchMigrations(): (connection: DownstreamConnection) => boolean {
  const seen = new WeakMap<DownstreamConnection, number>()
  return (connection) => {
    const { migrations } = connection
    if (migrations === (seen.get(connection) ?? 0)) return false
    seen.set(connection, migrations)
    return true
  }
}
