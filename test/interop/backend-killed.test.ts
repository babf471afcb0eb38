import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { ledgerLoad, type LedgerCounts } from '../support/client-ledger.ts'
import { buildQuinnClient, quinnLoad } from '../support/client-quinn.ts'

const HEALTH = 'health: { path: /health, interval: 1s, timeout: 500ms }'
const BREAKER = 'breaker: { resetAfter: 1s }'
const DURATION = 14_000

t.setTimeout(300_000)
t.test('a backend is killed under mixed load and comes back', async (t) => {
  await buildQuinnClient()
  const { roam, backends } = await setScene(t, { backendCount: 3, pool: [HEALTH, BREAKER] })
  const [victim] = backends
  if (victim === undefined) throw new Error('no backend')
  const of = { backend_id: victim.id }
  await roam.until('all are healthy', (seen) => seen.value('quic_backend_healthy') === 3)

  const tcp = { port: roam.port, ca: roam.ca, durationMs: DURATION, pauseMs: 5, deadlineMs: 10_000 }
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 8 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 4 }),
    quinnLoad({
      port: roam.port,
      ca: roam.caFile,
      path: '/ledger',
      args: [
        ...['--connections', '2', '--streams', '4', '--pause', '5'],
        ...['--duration', String(DURATION), '--deadline', '10000'],
      ],
    }),
  ])
  const answered = { status: '200', ...of }
  await roam.until('it is under load', (seen) => seen.value('quic_requests_total', answered) > 100)
  const calm = await roam.metrics()
  await victim.kill()
  const broken = await roam.until(
    'its breaker opens',
    (seen) => seen.value('quic_circuit_breaker_state', { ...of, state: 'closed' }) === 0,
  )
  const failures = 'quic_circuit_breaker_failures_total'
  t.ok(broken.value(failures, of) > calm.value(failures, of), 'the breaker counted failures')
  await roam.until('it is unhealthy', (seen) => seen.value('quic_backend_healthy', of) === 0)
  await victim.restart()
  await roam.until('it is healthy again', (seen) => seen.value('quic_backend_healthy', of) === 1)
  const back = await roam.until(
    'its breaker is closed',
    (seen) => seen.value('quic_circuit_breaker_state', { ...of, state: 'closed' }) === 1,
  )
  await roam.until(
    'it answers again',
    (seen) => seen.value('quic_requests_total', answered) > back.value('quic_requests_total', answered) + 20,
  )
  const changes = 'quic_backend_state_changes_total'
  t.ok(back.value(changes, { ...of, state: 'unhealthy' }) >= 1)
  t.ok(back.value(changes, { ...of, state: 'healthy' }) >= 1)

  for (const [index, counts] of (await loads).entries()) whole(['http/1.1', 'h2', 'h3'][index] ?? '', counts)
  function whole(protocol: string, counts: LedgerCounts): void {
    t.comment(`${protocol}: ${JSON.stringify(counts)}`)
    const { requests, ok, wrong, lost, hung, unsent, statuses, cut } = counts
    t.same({ wrong, lost, hung, unsent, statuses }, { wrong: 0, lost: 0, hung: 0, unsent: 0, statuses: {} })
    // An answer that had begun when the backend died breaks off, visibly; nothing else may be missing.
    t.equal(ok + cut, requests, `${protocol}: ${ok} of ${requests} answered, ${cut} cut`)
    t.ok(requests > 200, 'there was load')
  }
})
