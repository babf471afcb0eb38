import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import { issueAuthority, issueServer } from '../../../src/cli/dev-ca/issue.ts'
import { roam } from './support.ts'

const site = issueServer(issueAuthority('test CA', ['localhost']), ['localhost'])
const cwd = t.testdir({ certs: { 'site.pem': site.cert, 'site-key.pem': site.key } })
const file = join(cwd, 'roam.yaml')
chmodSync(join(cwd, 'certs/site-key.pem'), 0o600)

t.match(await roam(['init'], { cwd }), { code: 0, stdout: /^wrote roam\.yaml; /, stderr: '' })
const text = readFileSync(file, 'utf8')
const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? []
t.match(
  JSON.parse(readFileSync(resolve(dirname(file), schema), 'utf8')),
  { title: 'Roam configuration' },
  'the schema is found',
)
/** The certificate is the demo's, which is told; nothing else is. */
const fine = { code: 0, stderr: /^.* development CA: .*\n$/ }
t.match(await roam(['check'], { cwd }), fine, 'what init writes is right')

// Every commented default is a key that exists: uncommenting must not be a trap.
const keyLine = /^( *)# (?=(?:  )?[a-zA-Z]+:)/gm
writeFileSync(file, text.replace(keyLine, '$1'))
t.match(await roam(['check'], { cwd }), fine, 'and so is every default it shows')

writeFileSync(file, 'precious')
t.strictSame(await roam(['init'], { cwd }), {
  code: 1,
  stdout: '',
  stderr: 'roam: roam.yaml exists already; --force overwrites it\n',
})
t.equal(readFileSync(file, 'utf8'), 'precious')
t.match(await roam(['init', '--force'], { cwd }), { code: 0 })
t.equal(readFileSync(file, 'utf8'), text)
t.match(await roam(['init', '--output', 'no/such/roam.yaml'], { cwd }), {
  code: 1,
  stderr: /^roam: .* cannot be written \(ENOENT\)\n$/,
})
