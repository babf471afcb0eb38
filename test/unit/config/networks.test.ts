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
