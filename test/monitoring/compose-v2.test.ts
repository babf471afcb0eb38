/** `docker compose` reads the same from the file as docker-compose 1.29. */
import t from 'tap'
import { skipWithout } from '../support/client-tools.ts'
import { composeV1, composeV2 } from './support/compose.ts'

// Go builds the reader of `docker compose`.
const skip = skipWithout('docker-compose', 'docker-compose') || skipWithout('go', 'golang-go, 1.24 or newer')

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
