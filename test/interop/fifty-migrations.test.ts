import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { migrations } from '../support/metrics-text.ts'

const MOVES = 50
const PAGE = 20_000

t.setTimeout(300_000)
t.test('a client that moves fifty times in a session keeps its backend fifty times', async (t) => {
  const { roam, backends } = await setScene(t, { backendCount: 3, pool: ['affinity: { by: cookie }'] })
  // It moves at the end of a page, and asks for the next one when the server has seen the new path.
  const moves = Array.from({ length: MOVES }, (_, i) => ['--change', `active@${(i + 1) * PAGE}`])
  const { connections } = await quinnGet({
    port: roam.port,
    ca: roam.caFile,
    path: `/bytes/${PAGE}`,
    args: [
      ...['--cookies', 'on', '--repeat', String(MOVES + 1), '--pause', '100', '--keep-alive', '50'],
      ...moves.flat(),
    ],
  })
  const [connection] = connections
  t.equal(connection?.closed, null, 'it is one connection from the first page to the last')
  t.equal(connection?.ports?.length, MOVES + 1)
  const answered = connection?.requests.map(({ status, headers }) => [status, headers?.['x-backend']]) ?? []
  t.equal(answered.length, MOVES + 1)
  const home = answered[0]?.[1]
  t.ok(
    answered.every(([status, backend]) => status === 200 && backend === home),
    'the client sees one backend',
  )

  const metrics = await roam.metrics()
  t.same(migrations(metrics), { natRebinding: 0, addressChange: MOVES, failed: 0 })
  const affinity = (result: string, migrated: boolean) =>
    metrics.value('quic_session_affinity_total', { result, migrated: String(migrated) })
  t.same(
    {
      kept: affinity('hit', true),
      moved: affinity('moved', true) + affinity('moved', false),
      invalid: affinity('invalid', true) + affinity('invalid', false),
      new: affinity('new', true) + affinity('new', false),
    },
    { kept: MOVES, moved: 0, invalid: 0, new: 1 },
  )

  const served = await Promise.all(backends.map(async (backend) => [backend.id, await backend.served()]))
  t.same(
    Object.fromEntries(served),
    Object.fromEntries(backends.map(({ id }) => [id, id === home ? MOVES + 1 : 0])),
    'and so say the backends',
  )
})
