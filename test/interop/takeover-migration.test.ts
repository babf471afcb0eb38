import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { gtlsGet, skipWithoutGtlsclient } from '../support/client-gtls.ts'
import { buildQuinnClient, quinnGet } from '../support/client-quinn.ts'
import { closedH3 } from '../support/metrics-text.ts'
import { UdpRelay } from '../support/udp-relay.ts'

t.setTimeout(300_000)
const delayed = { delayMs: 10 }

t.test('a NAT changes its port before and after a takeover, in one download', async (t) => {
  await buildQuinnClient()
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: delayed, toClient: delayed })
  t.teardown(() => relay.close())
  // 20 ms of round trip and this window make 10 MB last for two seconds.
  const download = quinnGet({
    port: relay.port,
    ca: roam.caFile,
    path: `/bytes/${TEN_MB}`,
    args: ['--window', '100000', '--keep-alive', '100', '--deadline', '20000'],
  })
  await Promise.race([relay.untilBytesToClient(1_000_000), download])
  const takeover = roam.succeed()
  await relay.rebind()
  const successor = await takeover
  t.teardown(() => successor.close())
  await Promise.race([relay.untilBytesToClient(500_000), download])
  await relay.rebind()
  const { connections } = await download
  t.match(connections, [{ requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
  // H3_NO_ERROR, where the old process was quicker to close than the client.
  t.match(connections[0]?.closed ?? 'closed by peer: 256', /^closed by peer: 256$/)
  t.equal(await roam.exited, 0)
  const metrics = await successor.metrics()
  t.equal(metrics.value('quic_connections_total', { protocol: 'h3' }), 0, 'the new process has none of it')
})

const skip = skipWithoutGtlsclient()
t.test('a client moves to another address by itself after a takeover', { skip }, async (t) => {
  const { roam } = await setScene(t)
  const relay = await UdpRelay.start({ upstreamPort: roam.port, toServer: delayed, toClient: delayed })
  t.teardown(() => relay.close())
  const download = gtlsGet({
    port: relay.port,
    path: `/bytes/${TEN_MB}`,
    // Eight seconds of download, and a move in the middle of it: a takeover takes one or two, more on a busy machine.
    window: 25_000,
    changeAfterMs: 5_000,
  })
  await Promise.race([relay.untilBytesToClient(500_000), download])
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.equal(relay.counts().flows, 1, 'it has not moved yet')
  const got = await download
  if (!t.match(got, { code: 0, status: 200, bytes: TEN_MB, sha256: patternSha256(TEN_MB) }))
    t.comment(got.log)
  t.equal(relay.counts().flows, 2, 'it did move')
  t.equal(await roam.exited, 0)
})

t.test('a connection outlives two takeovers', async (t) => {
  const { roam } = await setScene(t)
  const download = quinnGet({
    port: roam.port,
    ca: roam.caFile,
    path: `/bytes/${TEN_MB}`,
    args: ['--read-rate', String(Math.round(TEN_MB / 6)), '--window', '200000', '--deadline', '20000'],
  })
  await roam.until(
    'the download runs',
    (seen) => seen.value('quic_requests_in_flight', { protocol: 'h3' }) > 0,
  )
  const second = await roam.succeed()
  t.teardown(() => second.close())
  const third = await second.succeed()
  t.teardown(() => third.close())
  t.equal(await second.exited, 0, 'the process in the middle has nobody and ends first')
  const newcomer = await quinnGet({ port: roam.port, ca: roam.caFile, path: '/' })
  t.match(newcomer.connections, [{ requests: [{ status: 200 }] }])
  const { connections } = await download
  t.match(connections, [{ requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }])
  t.equal(await roam.exited, 0)
  await third.until('the newcomer has left', (seen) => closedH3(seen) === 1)
})
