import t from 'tap'
import { messagesOf } from './support.ts'

const text = `
listeners:
  - address: 9443
  - address: :8080
    protocols: [h2]
pools:
  moodle:
    policy: fastest
    backends:
      - { id: m1, url: "http://h:1", weight: -1 }
      - { id: m1, url: "http://h:2" }
      - { id: m1, url: "http://h:3" }
    timeouts: { connect: 2 }
routes:
  - { pool: moodel, path: x }
  - { pool: moodel }
log: { level: loud }
`
const wanted = [
  /^roam\.yaml:3: listeners\[0\]\.address: must be an address with a port, .* not 9443$/,
  /^roam\.yaml:4: listeners\[1\]\.certificates: h2 needs a certificate/,
  /^roam\.yaml:8: pools\.moodle\.policy: must be one of round-robin, .*, not "fastest"/,
  /^roam\.yaml:10: pools\.moodle\.backends\[0\]\.weight: must be at least 0$/,
  /^roam\.yaml:12: pools\.moodle\.backends\[2\]: this id is already used by pools\.moodle\.backends\[1\]$/,
  /^roam\.yaml:13: pools\.moodle\.timeouts\.connect: must be a duration such as .*, not 2$/,
  /^roam\.yaml:15: routes\[0\]\.path: must start with '\/'/,
  /^roam\.yaml:16: routes\[1\]\.pool: no pool is called moodel; did you mean moodle\?$/,
  /^roam\.yaml:17: log\.level: must be one of debug, info, warn, error, not "loud"$/,
]
const messages = messagesOf(text)
t.match(messages, wanted, 'every mistake is named, in the order of the file, with its line')
t.equal(messages.length, wanted.length, 'and none twice')
