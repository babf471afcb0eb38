import { join } from 'node:path'
import t from 'tap'
import { parseConfig } from '../../../src/config/load.ts'
import { yaml } from './support.ts'

const directory = t.testdir({})
const warningsOf = (keys: Readonly<Record<string, string>>): readonly string[] =>
  parseConfig(
    yaml({ pools: '{ moodle: { backends: [{ id: m, url: "http://h:1" }], health: { path: / } } }', ...keys }),
    join(directory, 'roam.yaml'),
  ).warnings

t.test('a configuration without doubts has no warnings', (t) => {
  t.strictSame(warningsOf({}), [])
  t.end()
})

t.test('metrics for everybody are a warning', (t) => {
  t.match(warningsOf({ metrics: '{ allow: [0.0.0.0/0, "::/0"] }' }), [
    /^metrics\.allow: 0\.0\.0\.0\/0 and ::\/0 lets everybody/,
  ])
  t.end()
})

t.test('cookies that a restart makes worthless are a warning', (t) => {
  const pools = (affinity: string) =>
    `{ moodle: { backends: [{ id: m, url: "http://h:1" }], health: { path: / }, affinity: ${affinity} } }`
  t.match(warningsOf({ pools: pools('{ by: cookie }') }), [
    /^pools\.moodle\.affinity: cookies of clients are worthless after a restart without secretFile; set it/,
  ])
  t.strictSame(warningsOf({ pools: pools('{ by: cookie }'), secretFile: 'roam.secret' }), [])
  t.strictSame(warningsOf({ pools: pools('{ by: hash, keys: [uri] }') }), [])
  t.end()
})

t.test('two pools that take away each other’s cookie are a warning', (t) => {
  const pool = (id: string, cookie: string) =>
    `{ backends: [{ id: ${id}, url: "http://h:1" }], health: { path: / }, affinity: { by: cookie${cookie} } }`
  const keys = (hosts: readonly string[], cookie = '') => ({
    secretFile: 'roam.secret',
    pools: `{ web: ${pool('w', '')}, api: ${pool('a', cookie)} }`,
    routes: `[{ host: "${hosts[0]}", path: /, pool: web }, { host: "${hosts[1]}", path: /api, pool: api }]`,
  })
  for (const hosts of [
    ['*', '*'],
    ['*', 'a.test'],
    ['*.a.test', 'b.a.test'],
  ]) {
    t.match(warningsOf(keys(hosts)), [
      /^pools\.api\.affinity\.cookie: pool web has the same cookie roam_backend/,
    ])
  }
  t.strictSame(warningsOf(keys(['a.test', 'b.test'])), [])
  t.strictSame(warningsOf(keys(['*', '*'], ', cookie: api_backend')), [])
  t.end()
})
