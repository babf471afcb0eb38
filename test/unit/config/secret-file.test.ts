import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readOrCreateSecret, readSecret } from '../../../src/config/secret-file.ts'

const directory = t.testdir({ short: 'abc\n', blank: `x${'\n'.repeat(40)}` })
const file = join(directory, 'roam.secret')

t.equal(readSecret(file), undefined, 'reading alone makes nothing')
const made = readOrCreateSecret(file)
t.equal(made.bytes.length, 64, '32 bytes as hex')
t.equal(statSync(file).mode & 0o777, 0o600)
t.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}\n$/, 'a line of text, so that it can be copied by hand')
t.strictSame(readOrCreateSecret(file), { bytes: made.bytes, warnings: [] }, 'the same one the next time')
t.strictSame(
  readdirSync(directory).filter((name) => name.startsWith('roam.secret.')),
  [],
  'no draft stays behind',
)

chmodSync(file, 0o640)
t.match(readOrCreateSecret(file).warnings, [
  /^secretFile: .*roam\.secret can be read by other users; chmod 600/,
])
t.match(readOrCreateSecret(file, 'admin.tokenFile').warnings, [/^admin\.tokenFile: /])

t.throws(() => readOrCreateSecret(join(directory, 'short')), {
  name: 'ConfigError',
  message: /short: secretFile: holds 3 bytes, and a secret needs 32; remove it/,
})
t.throws(
  () => readOrCreateSecret(join(directory, 'blank'), 'admin.tokenFile'),
  { message: /holds 1 bytes/ },
  'empty lines are no secret',
)
t.throws(() => readOrCreateSecret(join(directory, 'none', 'x')), { message: /cannot be made \(ENOENT\)/ })
t.throws(() => readOrCreateSecret(directory), { message: /secretFile: is a directory/ })

writeFileSync(file, Buffer.alloc(32, 0xff))
t.equal(readOrCreateSecret(file).bytes.length, 32, 'raw bytes do as well')
