import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { issueAuthority, issueServer } from '../../../src/cli/dev-ca/issue.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { yaml } from './support.ts'

const site = issueServer(issueAuthority('test CA', ['localhost']), ['localhost'])
const directory = t.testdir({ certs: { 'site.pem': site.cert, 'site-key.pem': site.key } })
const file = join(directory, 'roam.yaml')
const listener = (key: string) =>
  `[{ address: ":8443", certificates: [{ cert: certs/site.pem, key: ${key} }] }]`

writeFileSync(file, yaml({ listeners: listener('certs/site-key.pem') }))
const [loaded] = loadConfig(file).config.listeners
t.strictSame(
  loaded?.certificates,
  [{ cert: join(directory, 'certs/site.pem'), key: join(directory, 'certs/site-key.pem') }],
  'paths are relative to the configuration file, whatever directory the process is in',
)
t.strictSame(loaded?.protocols, ['h3', 'h2', 'http/1.1'], 'a certificate makes all protocols possible')
t.strictSame(loaded?.altSvc, { maxAgeSeconds: 86_400, advertisedPort: undefined })

writeFileSync(file, yaml({ listeners: listener('certs/none.pem'), log: '{ levl: info }' }))
t.throws(() => loadConfig(file), {
  message:
    /:1: listeners\[0\]\.certificates\[0\]\.key: .*none\.pem does not exist\n.*:4: log\.levl: unknown key/,
})

const neither = '[{ address: ":8443", certificates: [{ cert: certs/no-cert.pem, key: certs/no-key.pem }] }]'
writeFileSync(file, yaml({ listeners: neither }))
t.throws(
  () => loadConfig(file),
  { message: /\.cert: .*no-cert\.pem does not exist\n.*\.key: .*no-key\.pem does not exist$/ },
  'both missing files at once',
)
