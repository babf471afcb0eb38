import t from 'tap'
import { messagesOf, yaml } from './support.ts'

t.match(
  messagesOf(yaml({ listeners: '[{ address: ":8080" }, { address: "127.0.0.1:8080" }]' })),
  [/listeners\[1\]\.address: 127\.0\.0\.1:8080 is taken by listeners\[0\] \(:8080\)/],
  'two listeners on one port',
)
t.match(messagesOf(yaml({ listeners: '[{ address: ":1", protocols: [h3, h2] }]' })), [
  /h3 and h2 need a certificate/,
])
t.match(messagesOf(yaml({ listeners: '[{ address: ":1", protocols: [h3] }, { address: ":1" }]' })), [
  /^roam\.yaml:1: listeners\[0\]\.certificates: h3 needs a certificate/,
])
t.match(messagesOf(yaml({ listeners: '[{ address: ":1", protocols: [http/1] }]' })), [
  /did you mean http\/1\.1\?/,
])
t.match(messagesOf(yaml({ listeners: '[{ address: ":1", protocols: [http/1.1, http/1.1] }]' })), [
  /names a protocol twice/,
])
t.match(messagesOf(yaml({ listeners: '[{ address: ":1", redirectToHttps: on }]' })), [
  /has no listener with certificates/,
])
t.match(messagesOf(yaml({ listeners: '[]' })), [/listeners: needs at least one listener/])
