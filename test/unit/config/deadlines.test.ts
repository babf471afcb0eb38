import t from 'tap'
import { parseConfig } from '../../../src/config/load.ts'
import { messagesOf, poolOf, poolYaml, routeOf, routeYaml, yaml } from './support.ts'

t.strictSame(poolOf('').timeouts, {
  connectMs: 2000,
  firstByteMs: 130_000,
  idleMs: 60_000,
  totalMs: undefined,
})
t.equal(poolOf('timeouts: { total: none }').timeouts.totalMs, undefined)
t.equal(poolOf('timeouts: { total: 5m }').timeouts.totalMs, 300_000)
t.match(messagesOf(poolYaml('timeouts: { total: never }')), [
  /timeouts\.total: must be a duration such as .*, or none, not "never"/,
])
t.strictSame(routeOf('timeouts: { firstByte: 300s }').timeouts, { firstByteMs: 300_000 })
t.strictSame(routeOf('timeouts: { idle: 5m, total: 1h }').timeouts, {
  idleMs: 300_000,
  totalMs: 3_600_000,
})
t.strictSame(
  { totalMs: 5, ...routeOf('timeouts: { total: none }').timeouts },
  { totalMs: undefined },
  'none takes the limit of the pool away',
)
t.match(messagesOf(routeYaml('timeouts: { connect: 1s }')), [/timeouts\.connect: unknown key/])

const warningsOf = (text: string) => parseConfig(text, 'roam.yaml').warnings
t.match(warningsOf(poolYaml('health: { path: / }, timeouts: { total: 1m }')), [
  /^pools\.moodle\.timeouts\.total is shorter than firstByte/,
])
const pools = '{ moodle: { backends: [{ id: a, url: "http://h:1" }], health: { path: / } } }'
t.match(warningsOf(yaml({ pools, routes: '[{ pool: moodle, timeouts: { total: 1m } }]' })), [
  /^routes\[0\]\.timeouts: total is shorter than firstByte/,
])
