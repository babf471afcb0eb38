import t from 'tap'
import { configOf, messagesOf, yaml } from './support.ts'

t.match(messagesOf(yaml({ routes: '[{ pool: moodel }]' })), [
  /routes\[0\]\.pool: no pool is called moodel; did you mean moodle\?/,
])
t.match(messagesOf(yaml({ routes: '[{ pool: zzz }]' })), [/no pool is called zzz; there are: moodle/])
t.match(messagesOf(yaml({ routes: '[{ pool: moodle }, { pool: moodle }]' })), [
  /routes\[1\]: this host and path is already used by routes\[0\]/,
])
t.match(messagesOf(yaml({ routes: '[{ pool: moodle, path: "a" }]' })), [
  /routes\[0\]\.path: must start with '\/'/,
])
t.match(messagesOf(yaml({ routes: '[{ pool: moodle, host: "a.*" }]' })), [
  /routes\[0\]\.host: must be a host name/,
])
const { routes } = configOf(
  yaml({ routes: '[{ pool: moodle, host: "*.Example.ORG", path: /a, maxBody: 2MB }]' }),
)
t.match(routes, [{ host: '*.example.org', path: '/a', pool: 'moodle', maxBodyBytes: 2_000_000 }])
