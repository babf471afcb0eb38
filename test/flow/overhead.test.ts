import t from 'tap'
import { ask } from '../support/client.ts'
import { deadUrl } from '../support/dead-url.ts'
import { type Histogram } from '../support/metrics-text.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { type Roam, startRoam } from '../support/roam.ts'

/** Far more than Roam needs on the slowest machine, far less than what is waited for here. */
const LITTLE_SECONDS = 0.2
const DELAY_MS = 300

const overhead = async (roam: Roam): Promise<Histogram> =>
  (await roam.metrics()).histogram('quic_proxy_overhead_seconds')

/** Roam itself is slow: its one thread does something else. */
function hold(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

onEachProtocol('the time that a backend takes is not held against Roam', async (t, protocol) => {
  const roam = await startRoam(t)
  await ask(roam, protocol, { path: `/delay/${DELAY_MS}` })
  t.ok(roam.records.at(-1)!.timeToFirstByteSeconds! >= DELAY_MS / 1000)
  const { count, sum } = await overhead(roam)
  t.equal(count, 1)
  t.ok(sum < LITTLE_SECONDS, `${sum} s`)
})

t.test('a delay in Roam before the backend is asked is overhead', async (t) => {
  const roam = await startRoam(t)
  roam.events.once('request:start', () => hold(DELAY_MS))
  await ask(roam, 'h2', { path: '/' })
  t.ok((await overhead(roam)).sum >= DELAY_MS / 1000)
})

t.test('a delay in Roam after the backend has answered is overhead', async (t) => {
  const roam = await startRoam(t)
  roam.events.once('backend:response', () => hold(DELAY_MS))
  await ask(roam, 'h2', { path: '/' })
  t.ok((await overhead(roam)).sum >= DELAY_MS / 1000)
})

t.test('attempts that fail are waited for, retrying is overhead', async (t) => {
  const good = await startRoam(t)
  const roam = await startRoam(t, { backendUrls: [await deadUrl(), good.backends[0]!.url] })
  roam.events.once('backend:error', () => hold(DELAY_MS))
  while (roam.records.every(({ attempts }) => attempts < 2))
    await ask(roam, 'h2', { path: `/delay/${DELAY_MS}` })
  const { timeToFirstByteSeconds, overheadSeconds } = roam.records.at(-1)!
  t.ok(timeToFirstByteSeconds! >= (2 * DELAY_MS) / 1000)
  t.ok(overheadSeconds! >= DELAY_MS / 1000 && overheadSeconds! < DELAY_MS / 1000 + LITTLE_SECONDS)
})

t.test('a backend that never answers is waited for until its deadline', async (t) => {
  const roam = await startRoam(t, { pool: 'timeouts: { firstByte: 1s }' })
  t.equal((await ask(roam, 'h2', { path: '/delay/3000' })).status, 504)
  const { count, sum } = await overhead(roam)
  t.equal(count, 1)
  t.ok(sum < LITTLE_SECONDS, `${sum} s`)
})

t.test('what Roam answers by itself says nothing about overhead', async (t) => {
  const roam = await startRoam(t)
  await roam.metrics()
  t.equal((await overhead(roam)).count, 0)
})
