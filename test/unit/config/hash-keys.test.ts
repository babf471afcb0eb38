import t from 'tap'
import { POLICIES } from '../../../src/config/types.ts'
import { messagesOf, poolOf, poolYaml } from './support.ts'

for (const policy of POLICIES.filter((name) => name !== 'hash')) {
  t.match(poolOf(`policy: ${policy}`), { policy, hashKeys: [] })
}
t.strictSame(
  poolOf('policy: hash, hash: ["cookie:MoodleSession", "header:X-User", "query:wstoken", address, uri]')
    .hashKeys,
  [
    { from: 'cookie', name: 'MoodleSession' },
    { from: 'header', name: 'x-user' },
    { from: 'query', name: 'wstoken' },
    { from: 'address' },
    { from: 'uri' },
  ],
  'names of fields are lower case, others are as written',
)
t.match(messagesOf(poolYaml('policy: hash')), [/pools\.moodle\.hash: is required with policy hash; name/])
t.match(messagesOf(poolYaml('hash: [uri]')), [
  /pools\.moodle\.hash: is for policy hash alone, and this pool has least-requests/,
])
t.match(messagesOf(poolYaml('policy: hash, hash: []')), [/moodle\.hash: must name at least one key/])
for (const wrong of ['cookie', 'cookie:', 'cookie:a b', 'header:a:b', 'query:a=b', 'ip', 'Address']) {
  t.match(
    messagesOf(poolYaml(`policy: hash, hash: ["${wrong}"]`)),
    [/moodle\.hash\[0\]: must be cookie:NAME, header:NAME, query:NAME, address or uri, not "/],
    wrong,
  )
}
