import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { ledgerLoad } from '../support/client-ledger.ts'
import { buildQuinnClient, quinnGet, quinnLoad } from '../support/client-quinn.ts'
import { get, type RoamProcess } from '../support/roam-process.ts'

/** The long run is the criterion; the short one finds the same mistakes, if not each time. */
const TAKEOVERS = process.env['ROAM_TEST_LIVE'] === undefined ? 3 : 20
/** More than one takes, with all of this on two cores. */
const MS_EACH = 7000

t.setTimeout(600_000)
t.test('takeovers in a row under load lose no request and no connection', async (t) => {
  await buildQuinnClient()
  const { roam } = await setScene(t, { backendCount: 2, lines: ['drainTimeout: 10s'] })
  const durationMs = TAKEOVERS * MS_EACH
  const tcp = { port: roam.port, ca: roam.ca, durationMs, pauseMs: 20, deadlineMs: 10_000 }
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 2 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 2 }),
    quinnLoad({
      port: roam.port,
      ca: roam.caFile,
      path: '/ledger',
      args: [
        ...['--connections', '2', '--streams', '2', '--pause', '20'],
        ...['--duration', String(durationMs), '--deadline', '10000'],
      ],
      timeoutMs: durationMs + 60_000,
    }),
  ])
  // Connections that begin at any moment, whoever has the socket then.
  const end = performance.now() + durationMs
  const fresh = { answered: 0, failed: [] as string[] }
  const overTcp = () => get(roam.port, '/bytes/10', roam.ca)
  const overQuic = async () => {
    const [one] = (await quinnGet({ port: roam.port, ca: roam.caFile, path: '/bytes/10' })).connections
    if (one?.requests[0]?.status !== 200) throw new Error(JSON.stringify(one))
  }
  const knock = async (ask: () => Promise<unknown>) => {
    while (performance.now() < end) {
      try {
        await ask()
        fresh.answered++
      } catch (error) {
        fresh.failed.push(String(error))
      }
    }
  }
  const knocking = Promise.all([knock(overTcp), knock(overTcp), knock(overQuic), knock(overQuic)])

  let current: RoamProcess = roam
  const exits: Promise<number | NodeJS.Signals>[] = []
  while (performance.now() < end && exits.length < TAKEOVERS) {
    const next = await current.succeed()
    t.teardown(() => next.close())
    exits.push(current.exited)
    current = next
  }
  t.equal(exits.length, TAKEOVERS, 'takeovers while there was load')
  await knocking
  t.same(fresh.failed, [], `${fresh.answered} connections of one request each`)
  t.ok(fresh.answered > 20 * TAKEOVERS, 'there were newcomers all the time')
  for (const counts of await loads) {
    const { wrong, lost, hung, cut, ok, statuses } = counts
    const seen = { wrong, lost, hung, cut, statuses }
    t.same(seen, { wrong: 0, lost: 0, hung: 0, cut: 0, statuses: {} }, JSON.stringify(counts))
    t.ok(ok > 20 * TAKEOVERS, 'there was load')
  }
  t.same(await Promise.all(exits), Array(TAKEOVERS).fill(0), 'every process but the last has ended')
})
