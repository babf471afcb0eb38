import t from 'tap'
import { messagesOf, poolOf, poolYaml } from './support.ts'

t.match(poolOf('health: { path: /, expectBody: "alive", rejectBody: MAINTENANCE }').health, {
  expectBody: 'alive',
  rejectBody: 'MAINTENANCE',
})
t.match(messagesOf(poolYaml('health: { path: /, expectBody: "" }')), [
  /health\.expectBody: must not be empty/,
])
