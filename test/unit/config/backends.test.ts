import t from 'tap'
import { configOf, messagesOf, yaml } from './support.ts'

const pool = (...backends: string[]) =>
  yaml({ pools: `{ moodle: { backends: [${backends.map((one) => `{ ${one} }`).join(', ')}] } }` })
const a = 'id: a, url: "https://Node.example:8443"'
const b = 'id: b, url: "http://[::1]:1"'

t.match(
  configOf(pool(`${a}, weight: 0`, `${b}, maxRequests: 7`, 'id: c, url: "http://h", backup: on')).pools[0]
    ?.backends,
  [
    { id: 'a', url: { href: 'https://node.example:8443/' }, weight: 0, maxRequests: 100, backup: false },
    { id: 'b', weight: 1, maxRequests: 7, backup: false },
    { id: 'c', backup: true },
  ],
)
t.match(messagesOf(pool(`${a}, backup: on`, `${b}, backup: on`)), [
  /moodle\.backends: are all backups; at least one must have backup: off/,
])
t.match(messagesOf(pool(`${a}, weight: 0`, `${b}, backup: on`)), [
  /moodle\.backends: would get no requests: at least one that is no backup needs a weight above 0/,
])
t.match(messagesOf(pool(`${a}, weight: 1001`)), [/backends\[0\]\.weight: must be at most 1000/])
