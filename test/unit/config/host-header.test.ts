import t from 'tap'
import { messagesOf, poolOf, poolYaml } from './support.ts'

t.equal(poolOf('').hostHeader, 'preserve')
t.equal(poolOf('hostHeader: backend').hostHeader, 'backend')
for (const name of ['moodle.internal', 'moodle.example:9443', '10.0.0.1', '[::1]:8080']) {
  t.strictSame(poolOf(`hostHeader: "${name}"`).hostHeader, { name }, name)
}
for (const wrong of ['', 'a b', 'http://a', 'a/b', '-a', 'a:x', 'a\\r\\nx: y']) {
  t.match(
    messagesOf(poolYaml(`hostHeader: "${wrong}"`)),
    [/moodle\.hostHeader: must be preserve, backend or a host name, with a port or without, not "/],
    wrong,
  )
}

const checked = (keys: string) => poolOf(`hostHeader: a.example, health: { path: /${keys} }`).health?.host
t.equal(checked(''), 'a.example', 'a check asks for the name that requests ask for')
t.equal(checked(', host: b.example'), 'b.example')
