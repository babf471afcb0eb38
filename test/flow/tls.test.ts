import { once } from 'node:events'
import tls from 'node:tls'
import t from 'tap'
import { startRoam } from '../support/roam.ts'

t.test('TLS 1.1 is refused and counted', async (t) => {
  const roam = await startRoam(t)
  const failed = once(roam.events, 'handshake:failed')
  const socket = tls.connect({
    host: '127.0.0.1',
    port: roam.port,
    ca: roam.ca,
    maxVersion: 'TLSv1.1',
    minVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  })
  await t.rejects(once(socket, 'secureConnect'))
  t.same(await failed, [{ reason: 'tls_alert' }])
})

t.test('a client that shares no protocol is refused and counted as such', async (t) => {
  const roam = await startRoam(t)
  const failed = once(roam.events, 'handshake:failed')
  const socket = tls.connect({ host: '127.0.0.1', port: roam.port, ca: roam.ca, ALPNProtocols: ['smtp'] })
  await t.rejects(once(socket, 'secureConnect'))
  t.same(await failed, [{ reason: 'no_shared_alpn' }])
})

t.test('a resumed handshake is counted apart', async (t) => {
  const roam = await startRoam(t)
  const options = {
    host: '127.0.0.1',
    port: roam.port,
    ca: roam.ca,
    servername: 'localhost',
    ALPNProtocols: ['http/1.1'],
  }
  const first = tls.connect(options)
  const [session] = (await once(first, 'session')) as [Buffer]
  first.destroy()
  const opened = once(roam.events, 'connection:open')
  const second = tls.connect({ ...options, session })
  await once(second, 'secureConnect')
  const [{ resumed }] = (await opened) as [{ resumed: boolean }]
  t.equal(resumed, second.isSessionReused())
  t.ok(resumed)
  second.destroy()
})
