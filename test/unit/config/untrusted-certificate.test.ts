import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { issueAuthority, issueServer } from '../../../src/cli/dev-ca/issue.ts'
import { readCertificatePair } from '../../../src/config/certificates.ts'

const directory = t.testdir({})
const cert = join(directory, 'cert.pem')
const key = join(directory, 'key.pem')

/** With OpenSSL, so that nothing but what is asked for is in it. */
function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' })
}

function selfSigned(subject: string, certFile: string, keyFile: string): void {
  const pair = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', certFile]
  openssl('req', '-x509', ...pair, '-days', '60', '-subj', subject)
  chmodSync(join(directory, keyFile), 0o600)
}

t.test('a self-signed certificate is a warning', (t) => {
  selfSigned('/CN=localhost', 'cert.pem', 'key.pem')
  t.match(readCertificatePair({ cert, key }).warnings, [/cert\.pem is self-signed: /])
  t.end()
})

t.test('a certificate of the demo is a warning', (t) => {
  const site = issueServer(issueAuthority('test CA', ['localhost']), ['localhost'])
  writeFileSync(cert, site.cert)
  writeFileSync(key, site.key, { mode: 0o600 })
  t.match(readCertificatePair({ cert, key }).warnings, [/cert\.pem is of the demo's development CA: /])
  t.end()
})

t.test('a certificate of another authority is none', (t) => {
  selfSigned('/CN=Some CA', 'ca.pem', 'ca-key.pem')
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key.pem',
    '-out',
    'request.pem',
    '-subj',
    '/CN=localhost',
  )
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial']
  openssl('x509', '-req', '-in', 'request.pem', ...signer, '-days', '60', '-out', 'cert.pem')
  t.strictSame(readCertificatePair({ cert, key }).warnings, [])
  t.end()
})
