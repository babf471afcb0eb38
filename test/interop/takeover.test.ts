import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { curl } from '../support/client-curl.ts'
import { ledgerLoad } from '../support/client-ledger.ts'
import { buildQuinnClient, quinnGet, quinnLoad } from '../support/client-quinn.ts'

t.setTimeout(300_000)
t.test('a new process takes over under load: nothing is lost on any protocol', async (t) => {
  await buildQuinnClient()
  const { roam } = await setScene(t, { backendCount: 2 })
  const sha256 = patternSha256(TEN_MB)
  const client = { port: roam.port, ca: roam.caFile, path: `/bytes/${TEN_MB}` }
  // Three downloads of three seconds, each known to have begun before the takeover.
  const rate = Math.round(TEN_MB / 3)
  const downloads = [
    curl({ ...client, protocol: 'http/1.1', rate }),
    curl({ ...client, protocol: 'h2', rate }),
    quinnGet({ ...client, args: ['--read-rate', String(rate), '--window', '200000'] }),
  ] as const
  const tcp = { port: roam.port, ca: roam.ca, durationMs: 6000, pauseMs: 5, deadlineMs: 5000 }
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 4 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 4 }),
    quinnLoad({
      port: roam.port,
      ca: roam.caFile,
      path: '/ledger',
      args: [
        ...['--connections', '2', '--streams', '4', '--pause', '5'],
        ...['--duration', '6000', '--deadline', '5000'],
      ],
    }),
  ])
  await roam.until('every protocol is under load', (seen) =>
    ['http/1.1', 'h2', 'h3'].every(
      (protocol) =>
        seen.value('quic_requests_total', { protocol, status: '200' }) > 50 &&
        seen.value('quic_requests_in_flight', { protocol }) > 0,
    ),
  )
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.equal(successor.port, roam.port)

  const [http1, h2, h3] = await Promise.all(downloads)
  t.match(http1, { code: 0, bytes: TEN_MB, sha256 }, http1.stderr)
  t.match(h2, { code: 0, bytes: TEN_MB, sha256 }, h2.stderr)
  t.match(h3.connections, [{ requests: [{ status: 200, bytes: TEN_MB, sha256 }] }])
  for (const counts of await loads) {
    const { wrong, lost, hung, cut, ok, statuses } = counts
    t.same(
      { wrong, lost, hung, cut, statuses },
      { wrong: 0, lost: 0, hung: 0, cut: 0, statuses: {} },
      JSON.stringify(counts),
    )
    t.ok(ok > 50, 'there was load')
  }
  t.equal(await roam.exited, 0, 'the old process ends by itself')
  const metrics = await successor.metrics()
  for (const protocol of ['http/1.1', 'h2', 'h3']) {
    t.ok(metrics.value('quic_requests_total', { protocol, status: '200' }) > 50, `${protocol} goes on`)
  }
  t.equal(metrics.value('quic_takeovers_total', { role: 'new' }), 1)
})
