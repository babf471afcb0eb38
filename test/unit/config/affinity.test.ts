import t from 'tap'
import { messagesOf, poolOf, poolYaml } from './support.ts'

t.equal(poolOf('').affinity, undefined)
t.strictSame(poolOf('affinity: { by: cookie }').affinity, {
  by: 'cookie',
  cookie: 'roam_backend',
  maxAgeSeconds: undefined,
  keys: [],
})
t.strictSame(poolOf('affinity: { by: cookie, cookie: lb, maxAge: 8h, keys: ["query:wstoken"] }').affinity, {
  by: 'cookie',
  cookie: 'lb',
  maxAgeSeconds: 28_800,
  keys: [{ from: 'query', name: 'wstoken' }],
})
t.strictSame(poolOf('affinity: { by: hash, keys: ["cookie:MoodleSession"] }').affinity, {
  by: 'hash',
  keys: [{ from: 'cookie', name: 'MoodleSession' }],
})
t.match(messagesOf(poolYaml('affinity: { by: hash }')), [
  /moodle\.affinity\.keys: must name what is hashed, such as keys: \[cookie:MoodleSession\]/,
])
t.match(messagesOf(poolYaml('affinity: { by: hash, cookie: x, maxAge: 1h, keys: [uri] }')), [
  /affinity\.cookie: is for by: cookie alone/,
  /affinity\.maxAge: is for by: cookie alone/,
])
t.match(messagesOf(poolYaml('affinity: {}')), [/affinity\.by: is required/])
t.match(messagesOf(poolYaml('affinity: { by: source }')), [/affinity\.by: must be one of cookie, hash/])
t.match(messagesOf(poolYaml('affinity: { by: cookie, cookie: "a;b" }')), [
  /affinity\.cookie: must be a cookie name/,
])
t.match(messagesOf(poolYaml('affinity: { by: cookie, maxAge: 30s }')), [/maxAge: must be at least 1m/])
