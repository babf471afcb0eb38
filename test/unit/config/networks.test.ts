import t from 'tap'
import { messagesOf, yaml } from './support.ts'

const networks = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `net${index}: [10.${index}.0.0/16]`).join(', ')} }`
t.strictSame(messagesOf(yaml({ networks: networks(8) })), [])
t.match(messagesOf(yaml({ networks: networks(9) })), [
  /^roam\.yaml:4: networks: at most 8 networks may have a name, not 9/,
])
t.match(messagesOf(yaml({ networks: '{ other: [10.0.0.0/8] }' })), [
  /networks\.other: this name has a meaning of its own/,
])
t.match(messagesOf(yaml({ networks: '{ campus: [10.20.3.4/16], six: ["2001:db8::1/32"] }' })), [
  /networks\.campus\[0\]: must be 10\.20\.0\.0\/16 for the network, or 10\.20\.3\.4 for the one address/,
  /networks\.six\[0\]: must be 2001:db8::\/32 for the network, or 2001:db8::1 for/,
])
t.strictSame(messagesOf(yaml({ networks: '{ all: ["0.0.0.0/0", "::/0"], one: [10.0.0.1/32] }' })), [])
