import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ensureDevCertificates } from '../../../src/cli/dev-ca/dev-certificates.ts'

const directory = join(t.testdir({}), 'certs')
const made = ensureDevCertificates(directory)
const read = (file: string) => new X509Certificate(readFileSync(file))
const site = read(made.site.cert)
const authority = read(made.authority)
t.ok(made.made)
t.ok(site.checkIssued(authority) && site.verify(authority.publicKey), 'signed by the authority')
t.equal(site.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
t.notOk(site.ca)
t.ok(authority.ca)
t.ok(site.validToDate.getTime() - site.validFromDate.getTime() <= 366 * 86_400_000, 'for a year at most')
t.equal(site.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
t.equal(statSync(made.site.key).mode & 0o777, 0o600)
t.equal(statSync(join(directory, 'dev-ca-key.pem')).mode & 0o777, 0o600)
t.equal(readFileSync(join(directory, '.gitignore'), 'utf8'), '*.pem\n')

t.notOk(ensureDevCertificates(directory).made, 'kept while they fit')
t.equal(read(made.site.cert).fingerprint256, site.fingerprint256)

writeFileSync(made.site.key, readFileSync(join(directory, 'dev-ca-key.pem')))
t.ok(ensureDevCertificates(directory).made, 'a key that does not belong')
t.equal(
  read(made.authority).fingerprint256,
  authority.fingerprint256,
  'the authority stays: clients may trust it',
)

const later = new Date(Date.now() + 350 * 86_400_000)
t.ok(ensureDevCertificates(directory, later).made, 'about to expire')
t.not(read(made.authority).fingerprint256, authority.fingerprint256)
