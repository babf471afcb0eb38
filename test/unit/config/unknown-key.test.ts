import t from 'tap'
import { messagesOf, yaml } from './support.ts'

t.strictSame(
  messagesOf(yaml({ pools: '{ moodle: { backends: [{ id: a, url: "http://h:1", wieght: 2 }] } }' })),
  ['roam.yaml:2: pools.moodle.backends[0].wieght: unknown key; did you mean weight?'],
  'an unknown key is an error that names its path and the key that was meant',
)
t.strictSame(
  messagesOf(yaml({ metrics: '{ colour: red }' })),
  [
    'roam.yaml:4: metrics.colour: unknown key; known here: path, healthPath, readyPath, allow, updateInterval',
  ],
  'where nothing is near, what is known is listed',
)
t.strictSame(
  messagesOf(yaml({ listeners: '[{ address: ":1", altSvc: { maxAg: 1h } }]' })),
  ['roam.yaml:1: listeners[0].altSvc.maxAg: unknown key; did you mean maxAge?'],
  'inside a value that may also be a word',
)
