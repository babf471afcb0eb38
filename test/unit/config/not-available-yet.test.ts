import t from 'tap'
import { messagesOf, yaml } from './support.ts'

const backends = 'backends: [{ id: a, url: "http://h:1" }]'
t.strictSame(
  messagesOf(
    yaml({
      pools: `{ moodle: { ${backends}, affinity: { by: cookie }, queue: { size: 1 } } }`,
      admin: '{ address: 127.0.0.1:9901 }',
    }),
  ),
  [
    'roam.yaml:2: pools.moodle.affinity: is not available yet in this version; remove it',
    'roam.yaml:2: pools.moodle.queue: is not available yet in this version; remove it',
    'roam.yaml:4: admin: is not available yet in this version; remove it',
  ],
  'a key without a function is not silently accepted',
)
t.match(messagesOf(yaml({ workers: '4' })), [/^roam\.yaml:4: workers: only 1 worker is available/])
t.strictSame(messagesOf(yaml({ workers: '1' })), [])
t.match(messagesOf(yaml({ pools: '{ moodle: { backends: [{ id: a, url: "https://h:1" }] } }' })), [
  /https towards backends is not available yet/,
])
