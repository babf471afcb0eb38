import t from 'tap'
import { messagesOf, yaml } from './support.ts'

const pool = (keys: string) => yaml({ pools: `{ moodle: { ${keys} } }` })
const backend = 'id: a, url: "http://h:1"'
t.match(messagesOf(pool('backends: []')), [/pools\.moodle\.backends: needs at least one backend/])
t.match(messagesOf(pool(`backends: [{ ${backend} }], health: { path: /, interval: 1s }`)), [
  /health\.timeout: must not be longer than the interval/,
])
t.match(messagesOf(pool(`backends: [{ ${backend} }], breaker: { errorThreshold: 50 }`)), [
  /must be a percentage .*, not 50/,
])
for (const [url, why] of [
  ['ftp://h', /must start with http:\/\/ or https:\/\//],
  ['h:1', /must start with http:\/\/ or https:\/\//],
  ['http://', /must be a URL/],
  ['http://u:p@h', /must not hold a user name/],
  ['http://h/moodle', /must end after the port/],
] as const) {
  t.match(messagesOf(pool(`backends: [{ id: a, url: "${url}" }]`)), [why], url)
}
t.match(messagesOf(pool('backends: [{ id: none, url: "http://h" }]')), [
  /backends\[0\]\.id: this name has a meaning/,
])
t.match(
  messagesOf(
    yaml({
      pools:
        '{ a: { backends: [{ id: x, url: "http://h" }] }, b: { backends: [{ id: x, url: "http://i" }] } }',
      routes: '[{ pool: a }]',
    }),
  ),
  [/pools\.b\.backends\[0\]: this id is already used by pools\.a\.backends\[0\]/],
  'ids are unique across pools',
)
