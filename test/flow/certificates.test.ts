import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import http2 from 'node:http2'
import { join } from 'node:path'
import tls from 'node:tls'
import t from 'tap'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { startRoam } from '../support/roam.ts'

const directory = t.testdir({})
const certificate = { cert: join(directory, 'site.pem'), key: join(directory, 'site-key.pem') }
const authority = issueAuthority('test CA', ['localhost'])

/** Writes another pair into the same files; its fingerprint. */
function renew(): string {
  const { cert, key } = issueServer(authority, ['localhost'])
  writeFileSync(certificate.cert, cert)
  writeFileSync(certificate.key, key, { mode: 0o600 })
  return new X509Certificate(cert).fingerprint256
}

t.test(
  'a reload reads certificates again: new handshakes get the new one, old connections go on',
  async (t) => {
    const first = renew()
    const roam = await startRoam(t, { certificate, host: '127.0.0.1' })
    t.strictSame(await shown(roam.port), { tcp: first, quic: first })
    const session = http2.connect(`https://127.0.0.1:${roam.port}`, { rejectUnauthorized: false })
    t.teardown(() => session.destroy())
    t.equal(await get(session), 200)

    const second = renew()
    const replaced = once(roam.events, 'certificates:replaced')
    t.strictSame(await roam.reload({}), ['certificate of localhost replaced'])
    t.match(await replaced, [{ commonNames: ['localhost'] }])
    t.strictSame(await shown(roam.port), { tcp: second, quic: second })
    t.equal(await get(session), 200, 'on the connection of before')
    t.match(roam.app.control.certificates(), [{ file: certificate.cert, names: ['localhost'] }])
  },
)

t.test('a certificate that does not fit its key changes nothing', async (t) => {
  const good = renew()
  const roam = await startRoam(t, { certificate, host: '127.0.0.1' })
  const config = roam.app.control.config()
  const cert = readFileSync(certificate.cert)
  renew()
  writeFileSync(certificate.cert, cert)
  await t.rejects(roam.reload({ pool: 'policy: round-robin' }), /is not the key of the certificate/)
  t.strictSame(await shown(roam.port), { tcp: good, quic: good })
  t.strictSame(roam.app.control.config(), config)
})

t.test('sessions are resumed over a reload', async (t) => {
  renew()
  const roam = await startRoam(t, { certificate, host: '127.0.0.1', protocols: ['http/1.1'] })
  const options = { host: '127.0.0.1', port: roam.port, servername: 'localhost', rejectUnauthorized: false }
  const before = tls.connect(options)
  const [session] = (await once(before, 'session')) as [Buffer]
  before.destroy()
  renew()
  await roam.reload({})
  const after = tls.connect({ ...options, session })
  await once(after, 'secureConnect')
  t.ok(after.isSessionReused())
  after.destroy()
})

async function shown(port: number): Promise<{ tcp: string | undefined; quic: string }> {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const tcp = socket.getPeerX509Certificate()?.fingerprint256
  socket.destroy()
  const { certificates } = await h3Get({ host: '127.0.0.1', port, serverName: 'localhost', insecure: true })
  return { tcp, quic: new X509Certificate(certificates[0]!).fingerprint256 }
}

async function get(session: http2.ClientHttp2Session): Promise<unknown> {
  const [headers] = (await once(session.request({ ':path': '/' }), 'response')) as [http2.IncomingHttpHeaders]
  return headers[':status']
}
