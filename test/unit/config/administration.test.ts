import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../../src/config/load.ts'
import { configOf, messagesOf, yaml } from './support.ts'

t.match(configOf(yaml()), { admin: undefined, secretFile: undefined, reloadOnChange: false })
t.equal(configOf(yaml({ reloadOnChange: 'on' })).reloadOnChange, true)
t.strictSame(configOf(yaml({ admin: '{ address: "[::1]:9901" }' })).admin, {
  host: '::1',
  port: 9901,
  tokenFile: undefined,
})
for (const open of [':9901', '0.0.0.0:9901', '10.0.0.1:9901', '[::]:9901']) {
  t.match(messagesOf(yaml({ admin: `{ address: "${open}" }` })), [
    /^roam\.yaml:4: admin\.address: must be a loopback address such as 127\.0\.0\.1:9901/,
  ])
}
t.match(messagesOf(yaml({ admin: '{ address: "127.0.0.1:8080" }' })), [
  /admin\.address: 127\.0\.0\.1:8080 is taken by listeners\[0\] \(:8080\)/,
])
t.match(messagesOf(yaml({ admin: '{}' })), [/admin\.address: is required/])

const directory = t.testdir({ short: 'abc', good: 'x'.repeat(40) })
const file = join(directory, 'roam.yaml')
const loading = (keys: Readonly<Record<string, string>>) => {
  const pools = '{ moodle: { backends: [{ id: m, url: "http://h:1" }], health: { path: / } } }'
  writeFileSync(file, yaml({ pools, ...keys }))
  return loadConfig(file)
}
chmodSync(join(directory, 'good'), 0o600)
const { config, warnings } = loading({
  secretFile: 'roam.secret',
  admin: '{ address: "127.0.0.1:0", tokenFile: good }',
})
t.equal(config.secretFile, join(directory, 'roam.secret'), 'which the start makes')
t.equal(config.admin?.tokenFile, join(directory, 'good'))
t.strictSame(warnings, [])
chmodSync(join(directory, 'good'), 0o644)
t.match(loading({ secretFile: 'good' }).warnings, [/^secretFile: .*good can be read by other users/])
t.throws(() => loading({ secretFile: 'short' }), {
  message: /roam\.yaml:4: secretFile: .*short holds 3 bytes, and a secret needs 32/,
})
t.throws(() => loading({ admin: '{ address: "127.0.0.1:0", tokenFile: no/token }' }), {
  message: /admin\.tokenFile: .*token cannot be made: its directory does not exist/,
})
