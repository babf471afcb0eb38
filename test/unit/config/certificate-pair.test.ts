import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import t from 'tap'
import { issueAuthority, issueServer } from '../../../src/cli/dev-ca/issue.ts'
import { CertificateError, readCertificatePair } from '../../../src/config/certificates.ts'

const directory = t.testdir({})
const authority = issueAuthority('test CA', ['localhost', '127.0.0.1', '::1'])
const one = issueServer(authority, ['localhost', '127.0.0.1', '::1'])
const other = issueServer(authority, ['localhost'])
function save(name: string, text: string, mode = 0o600): string {
  const file = join(directory, name)
  writeFileSync(file, text, { mode })
  return file
}
const cert = save('one.pem', one.cert)
const key = save('one-key.pem', one.key)
const empty = save('empty.pem', '')

const pair = readCertificatePair({ cert, key })
t.strictSame(pair.names, ['localhost', '127.0.0.1', '::1'])
t.equal(pair.commonName, 'localhost')
t.match(pair.warnings, [/development CA/], 'nothing else is wrong with it')

function refuses(files: { cert?: string; key?: string }, blamed: 'cert' | 'key', message: RegExp): void {
  try {
    readCertificatePair({ cert, key, ...files })
    t.fail(`accepted: ${message}`)
  } catch (error) {
    t.type(error, CertificateError)
    t.match(error, { file: blamed, message })
    t.notMatch(error, { message: /\n/ }, 'one line')
  }
}
refuses(
  { key: save('other-key.pem', other.key) },
  'key',
  /other-key\.pem is not the key of the certificate in .*one\.pem$/,
)
refuses({ cert: join(directory, 'none.pem') }, 'cert', /none\.pem does not exist$/)
refuses({ key: join(directory, 'none.pem') }, 'key', /none\.pem does not exist$/)
refuses({ cert: empty }, 'cert', /empty\.pem holds no PEM certificate$/)
refuses({ key: empty }, 'key', /empty\.pem holds no PEM private key$/)
refuses({ key: save('locked.pem', '-----BEGIN ENCRYPTED PRIVATE KEY-----\n') }, 'key', /is encrypted/)
mkdirSync(join(directory, 'folder'))
refuses({ cert: join(directory, 'folder') }, 'cert', /folder is a directory$/)
refuses(
  {
    cert: save(
      'chain.pem',
      `${one.cert}-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n`,
    ),
  },
  'cert',
  /chain\.pem: certificate 2 of 2 in it cannot be read/,
)
refuses(
  { cert: save('cut.pem', `${one.cert}${one.cert.slice(0, 200)}`) },
  'cert',
  /cut\.pem: certificate 2 of 2 in it cannot be read/,
)
// RSA of 1024 bits, which OpenSSL makes but refuses to serve.
const rsa = ['-newkey', 'rsa:1024', '-nodes', '-keyout', 'weak-key.pem']
execFileSync('openssl', ['req', '-x509', ...rsa, '-out', 'weak.pem', '-days', '60', '-subj', '/CN=weak'], {
  cwd: directory,
  stdio: 'ignore',
})
refuses(
  { cert: join(directory, 'weak.pem'), key: join(directory, 'weak-key.pem') },
  'cert',
  /weak\.pem cannot be used for TLS: its key is too short$/,
)

const soon = new Date(pair.notAfter.getTime() - 3 * 86_400_000)
t.match(readCertificatePair({ cert, key }, soon).warnings[0], /one\.pem expires on \d{4}-\d\d-\d\d; renew it/)
const late = new Date(pair.notAfter.getTime() + 86_400_000)
t.match(readCertificatePair({ cert, key }, late).warnings[0], /one\.pem expired on /)
t.match(readCertificatePair({ cert, key: save('open-key.pem', one.key, 0o644) }).warnings[1], /chmod 600/)
