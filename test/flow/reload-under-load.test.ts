import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { ledgerLoad } from '../support/client-ledger.ts'
import { buildQuinnClient, quinnLoad } from '../support/client-quinn.ts'
import { startLedgerBackend } from '../support/ledger-backend.ts'
import { startRoam } from '../support/roam.ts'

const RELOADS = 20
const DURATION_MS = 6_000

t.setTimeout(300_000)
t.test('twenty reloads under load lose nothing on any protocol', async (t) => {
  await buildQuinnClient()
  const backends = await Promise.all(['b1', 'b2', 'b3'].map((id) => startLedgerBackend(id)))
  t.teardown(() => Promise.all(backends.map((backend) => backend.close())))
  const urls = backends.map(({ url }) => url)
  const roam = await startRoam(t, { backendUrls: urls, host: '127.0.0.1' })
  const tcp = { port: roam.port, ca: roam.ca, durationMs: DURATION_MS, pauseMs: 5 }
  const args = ['--connections', '2', '--streams', '4', '--pause', '5', '--duration', String(DURATION_MS)]
  const loads = Promise.all([
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 4 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 4 }),
    quinnLoad({ port: roam.port, ca: roam.caFile, path: '/ledger', args }),
  ])
  for (let i = 0; i < RELOADS; i++) {
    await sleep(DURATION_MS / RELOADS / 1.5)
    // One backend fewer, another order, another policy: what is in flight on the third finishes.
    const backendUrls = i % 2 === 0 ? urls.slice(0, 2) : urls
    const pool = i % 3 === 0 ? 'policy: round-robin' : 'policy: least-requests'
    await roam.reload({ backendUrls, pool, extra: `trustedProxies: ["10.0.0.${i}/32"]` })
  }
  for (const counts of await loads) {
    const { requests, ok, connections } = counts
    t.equal(ok, requests, JSON.stringify(counts))
    t.ok(ok > 200, `there was load: ${ok}`)
    t.ok(connections <= 4, `no connection had to be made anew: ${connections}`)
  }
})
