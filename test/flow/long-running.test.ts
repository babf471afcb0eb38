import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { startRoam } from '../support/roam.ts'
import { FakeClock } from '../support/virtual-time.ts'

t.test('a request in flight for more than 30 s is shown as long-running', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => {
    silent.close()
    silent.closeAllConnections()
  })
  const clock = new FakeClock()
  const backendUrls = [`http://127.0.0.1:${(silent.address() as AddressInfo).port}`]
  const roam = await startRoam(t, { clock, backendUrls })
  const open = request({ port: roam.plainPort }).on('error', () => {})
  t.teardown(() => open.destroy())
  const started = once(roam.events, 'request:start')
  open.end()
  await started
  const shown = async () =>
    (await roam.metrics()).value('quic_requests_long_running', { protocol: 'http/1.1' })

  clock.advance(29_000)
  t.equal(await shown(), 0)
  clock.advance(2000)
  t.equal(await shown(), 1)
})
