import t from 'tap'
import { CONNECTION, testPool } from '../../support/pool.ts'

const COOKIE = { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] } as const
const cookieOf = (fields: readonly string[]) => ['cookie', fields[1]!.split(';')[0]!]

t.test('how a client fared is published once a request, by the first attempt', async (t) => {
  const { ask, watch, backends } = testPool({
    affinity: COOKIE,
    backends: [{ maxRequests: 9 }, { maxRequests: 9 }],
  })
  const results = watch('affinity:result')
  const fields = cookieOf(ask().lease!.responseFields)
  ask({ fields })
  const retry = ask({ fields, tried: ['a'] })
  t.equal(retry.got, 'b')
  t.match(retry.lease!.responseFields, ['set-cookie', /^at=/], 'the next time it comes here')
  ask({ fields: ['cookie', 'at=forged'] })
  backends[0]!.healthy = false
  ask({ fields })
  t.same(
    results.map(({ result }) => result),
    ['new', 'hit', 'invalid', 'moved'],
  )
})

t.test('the first request after a migration is marked, whatever happens on retries', async (t) => {
  const { ask, watch } = testPool({ affinity: COOKIE, backends: [{ maxRequests: 9 }] })
  const results = watch('affinity:result')
  const connection = { ...CONNECTION }
  const fields = cookieOf(ask({ connection }).lease!.responseFields)
  ask({ connection, fields })
  connection.migrations++
  ask({ connection, fields })
  ask({ connection, fields })
  t.same(
    results.map(({ migrated }) => migrated),
    [false, false, true, false],
  )
})

t.test('who waited is counted when it is served', async (t) => {
  const { ask, watch } = testPool({ affinity: COOKIE, backends: [{}] })
  const running = ask()
  const fields = cookieOf(running.lease!.responseFields)
  const results = watch('affinity:result')
  ask({ fields })
  t.same(results, [])
  running.lease!.release()
  t.same(results, [{ pool: 'test', result: 'hit', migrated: false }])
})

t.test('without affinity nothing is published and no cookie is set', async (t) => {
  const { ask, watch } = testPool()
  const results = watch('affinity:result')
  t.same(ask().lease!.responseFields, [])
  t.same(results, [])
})
