import { once } from 'node:events'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tls from 'node:tls'
import { pino } from 'pino'
import t from 'tap'
import { createApp } from '../../src/app/app.ts'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'
import { parseConfig } from '../../src/config/load.ts'
import { h3Get } from '../../src/listener/quic/engine-client.ts'

t.test(
  'the server name chooses the certificate, alike on TCP and QUIC; the first serves unknown names',
  async (t) => {
    const directory = t.testdir({})
    const authority = issueAuthority('test CA', ['localhost', 'campus.localhost'])
    const pair = (name: string, names: readonly string[]) => {
      const { cert, key } = issueServer(authority, names)
      writeFileSync(join(directory, `${name}.pem`), cert)
      writeFileSync(join(directory, `${name}-key.pem`), key, { mode: 0o600 })
      return new X509Certificate(cert).fingerprint256
    }
    const first = pair('first', ['localhost'])
    const second = pair('second', ['campus.localhost'])
    const { config } = parseConfig(
      `
listeners:
  - address: "127.0.0.1:0"
    certificates: [{ cert: first.pem, key: first-key.pem }, { cert: second.pem, key: second-key.pem }]
pools: { p: { backends: [{ id: b, url: "http://127.0.0.1:9" }] } }
routes: [{ path: /, pool: p }]
`,
      join(directory, 'roam.yaml'),
    )
    const app = createApp(config, { log: pino({ level: 'silent' }) })
    const [address] = await app.listen()
    t.teardown(() => app.close())
    const port = address!.port
    for (const [name, expected] of [
      ['localhost', first],
      ['campus.localhost', second],
      ['elsewhere.localhost', first],
    ] as const) {
      const socket = tls.connect({ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      t.equal(socket.getPeerX509Certificate()?.fingerprint256, expected, `${name} over TCP`)
      socket.destroy()
      const answer = await h3Get({
        host: '127.0.0.1',
        port,
        serverName: name,
        path: '/',
        insecure: true,
        timeoutMs: 5_000,
      })
      t.equal(new X509Certificate(answer.certificates[0]!).fingerprint256, expected, `${name} over QUIC`)
    }
  },
)
