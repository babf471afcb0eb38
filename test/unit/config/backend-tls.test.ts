import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { issueAuthority } from '../../../src/cli/dev-ca/issue.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { yaml } from './support.ts'

const { cert } = issueAuthority('test CA', ['localhost'])
const directory = t.testdir({
  'ca.pem': `some words before\n${cert}${cert}`,
  'broken.pem': `${cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
  'none.pem': 'nothing here',
})
const file = join(directory, 'roam.yaml')
const loading = (tls: string, url = 'https://h:1') => {
  writeFileSync(
    file,
    yaml({ pools: `{ moodle: { backends: [{ id: a, url: "${url}" }], health: { path: / }, tls: ${tls} } }` }),
  )
  return loadConfig(file)
}

const { config, warnings } = loading('{ ca: ca.pem, serverName: moodle.internal }')
t.strictSame(config.pools[0]?.tls, {
  ca: [cert.trim(), cert.trim()].join('\n'),
  serverName: 'moodle.internal',
})
t.strictSame(warnings, [])
t.strictSame(loading('{}').config.pools[0]?.tls, { ca: undefined, serverName: undefined })
t.match(loading('{ serverName: x }', 'http://h:1').warnings, [
  /^pools\.moodle\.tls has no effect: no backend of the pool has an https: URL/,
])
const refuses = (tls: string, message: RegExp) => t.throws(() => loading(tls), { message }, tls)
refuses('{ ca: missing.pem }', /roam\.yaml:2: pools\.moodle\.tls\.ca: .*missing\.pem does not exist/)
refuses('{ ca: none.pem }', /tls\.ca: .*none\.pem holds no PEM certificate/)
refuses('{ ca: broken.pem }', /tls\.ca: .*broken\.pem: certificate 2 of 2 in it cannot be read; is it/)
refuses('{ serverName: 10.0.0.1 }', /tls\.serverName: must be a host name without port, not "10\.0\.0\.1"/)
refuses('{ serverName: "a:1" }', /tls\.serverName: must be a host name without port/)
refuses('{ verify: off }', /tls\.verify: unknown key/)
