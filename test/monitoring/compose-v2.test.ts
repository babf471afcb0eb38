/** `docker compose` reads the same from the file as docker-compose 1.29. */
import t from 'tap'
import { skipWithout, which } from '../support/client-tools.ts'
import { composeV1, composeV2 } from './support/compose.ts'

const skip =
  skipWithout('docker-compose', 'docker-compose') ||
  (which('go') === undefined && 'go is not installed: it builds the reader of `docker compose`')

t.setTimeout(115_000)
t.test('both generations agree', { skip }, async (t) => {
  const profiles = ['logs', 'moodle', 'moodle-mariadb', 'moodle-postgres']
  const old = await composeV1()
  const recent = await composeV2(profiles)
  t.same(Object.keys(recent.services).sort(), Object.keys(old.services).sort())
  for (const [name, { image, command, environment, user, network_mode }] of Object.entries(old.services)) {
    const same = recent.services[name]
    t.same(same?.command ?? [], command ?? [], `${name}: the command`)
    t.same(same?.environment ?? {}, environment ?? {}, `${name}: the environment`)
    t.match(same, { image, user, network_mode }, name)
  }
})
