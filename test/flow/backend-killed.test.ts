import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { ledgerLoad } from '../support/client-ledger.ts'
import { buildQuinnClient, quinnLoad } from '../support/client-quinn.ts'
import { type LedgerBackend, startLedgerBackend } from '../support/ledger-backend.ts'
import { type Roam, startRoam } from '../support/roam.ts'

const DURATION_MS = 8_000
const BETWEEN_KILLS_MS = 400

t.setTimeout(300_000)
t.test('backends killed one after the other cost no GET, and no POST happens twice', async (t) => {
  await buildQuinnClient()
  const ledger = join(t.testdir(), 'ledger')
  writeFileSync(ledger, '')
  const backends = await Promise.all(['b1', 'b2', 'b3'].map((id) => startLedgerBackend(id, 0, ledger)))
  t.teardown(() => Promise.all(backends.map((backend) => backend.close())))
  const roam = await startRoam(t, {
    backendUrls: backends.map(({ url }) => url),
    host: '127.0.0.1',
    pool: 'health: { path: /health, interval: 1s, timeout: 500ms }\nbreaker: { resetAfter: 1s }',
  })
  const end = performance.now() + DURATION_MS
  const args = ['--connections', '2', '--streams', '4', '--pause', '5', '--duration', String(DURATION_MS)]
  const tcp = { port: roam.port, ca: roam.ca, path: '/late', durationMs: DURATION_MS }
  const [posts, , ...loads] = await Promise.all([
    post(roam, end),
    killInTurn(backends, end),
    ledgerLoad({ ...tcp, protocol: 'http/1.1', connections: 4 }),
    ledgerLoad({ ...tcp, protocol: 'h2', connections: 2, streams: 4 }),
    quinnLoad({ port: roam.port, ca: roam.caFile, path: '/late', args }),
  ])

  for (const counts of loads) {
    t.equal(counts.ok, counts.requests, JSON.stringify(counts))
    t.ok(counts.ok > 100, `there was load: ${counts.ok}`)
  }
  const done = readFileSync(ledger, 'utf8').split('\n').filter(Boolean)
  t.equal(new Set(done).size, done.length, 'nothing was done twice')
  const promised = posts.filter(({ status }) => status === 200).map(({ id }) => id)
  t.ok(promised.length > 100, `${promised.length} were done, it was said`)
  t.same(
    promised.filter((id) => !done.includes(id)),
    [],
    'and they were',
  )
  const metrics = await roam.metrics()
  t.ok(metrics.value('quic_backend_errors_total', { stage: 'read' }) > 0, 'kills struck in the middle')
  t.ok(metrics.value('quic_backend_retries_total') > 0, 'and others were asked')
})

async function killInTurn(backends: readonly LedgerBackend[], end: number): Promise<void> {
  for (let turn = 0; performance.now() < end; turn++) {
    const backend = backends[turn % backends.length]!
    await backend.kill()
    await sleep(BETWEEN_KILLS_MS)
    await backend.restart()
    await sleep(BETWEEN_KILLS_MS)
  }
}

interface Post {
  readonly id: string
  readonly status: number
}

/**
 * POSTs, several at a time; some may fail when their backend dies over them. Most have no body: nothing but its method says
 * that such a request must not be sent again.
 */
async function post({ plainPort }: Roam, end: number): Promise<Post[]> {
  const all: Post[] = []
  const one = async (prefix: string): Promise<void> => {
    for (let i = 0; performance.now() < end; i++) {
      const id = `${prefix}-${i}`
      const body = i % 4 === 0 ? { body: id } : {}
      const answer = await fetch(`http://127.0.0.1:${plainPort}/once/${id}`, { method: 'POST', ...body })
      await answer.arrayBuffer()
      all.push({ id, status: answer.status })
    }
  }
  await Promise.all(['p', 'q', 'r', 's', 't', 'u'].map(one))
  return all
}
