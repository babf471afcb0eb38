import { networkInterfaces } from 'node:os'
import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { quinnGet } from '../support/client-quinn.ts'
import { get } from '../support/roam-process.ts'

/** quinn drops datagrams that come from another address than it sent to (RFC 9000 §9): a wrong source never connects. */
t.setTimeout(300_000)
t.test('a listener on every address answers from the one that was asked', async (t) => {
  const { roam } = await setScene(t, { address: ':0' })
  const ipv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  )
  for (const host of ['127.0.0.1', '127.0.0.2', '::1']) {
    const skip = host === '::1' && !ipv6 && process.env['CI'] === undefined && 'no IPv6 on this machine'
    await t.test(`${host} over QUIC`, { skip }, async (t) => {
      const { connections } = await quinnGet({
        port: roam.port,
        host,
        ca: roam.caFile,
        path: '/bytes/100000',
        args: ['--deadline', '5000'],
      })
      t.match(connections, [{ requests: [{ status: 200, bytes: 100_000 }] }])
    })
    await t.test(`${host} over TCP`, { skip }, async (t) => {
      t.equal((await get(roam.port, '/bytes/1000', roam.ca, host)).length, 1000)
    })
  }
})
