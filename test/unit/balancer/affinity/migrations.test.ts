import t from 'tap'
import { watchMigrations } from '../../../../src/balancer/affinity/migrations.ts'
import { connection } from './support.ts'

t.test('the first request since a client moved, and no other', async (t) => {
  const migrated = watchMigrations()
  const phone = { ...connection() }
  const asked = [0, 0, 1, 1, 2, 5, 5].map((migrations) => migrated(Object.assign(phone, { migrations })))
  t.same(asked, [false, false, true, false, true, true, false])
})

t.test('a client that moved before its first request', async (t) => {
  t.equal(watchMigrations()(connection('192.0.2.1', 1)), true)
})

t.test('each connection by itself', async (t) => {
  const migrated = watchMigrations()
  migrated(connection('192.0.2.1', 1))
  t.equal(migrated(connection('192.0.2.1', 1)), true)
})
