import t from 'tap'
import { messagesOf, routeOf, routeYaml } from './support.ts'

const { requestHeaders, responseHeaders } = routeOf(
  'requestHeaders: { remove: [X-Debug], set: { X-Site: "é" }, add: { Via: "1.1 roam" } }, responseHeaders: { remove: [Server], set: { Empty: "" } }',
)
t.strictSame(requestHeaders, { remove: ['x-debug'], set: ['x-site', 'é'], add: ['via', '1.1 roam'] })
t.strictSame(responseHeaders, { remove: ['server'], set: ['empty', ''], add: [] })
t.strictSame(routeOf('path: /').requestHeaders, { remove: [], set: [], add: [] })

const refused = (name: string, why: RegExp) => {
  for (const side of ['requestHeaders', 'responseHeaders']) {
    t.match(messagesOf(routeYaml(`${side}: { remove: ["${name}"] }`)), [why], `remove ${name}`)
    t.match(messagesOf(routeYaml(`${side}: { set: { "${name}": x } }`)), [why], `set ${name}`)
    t.match(messagesOf(routeYaml(`${side}: { add: { "${name}": x } }`)), [why], `add ${name}`)
  }
}
refused('Host', /may not be changed here: .* use its key hostHeader/)
refused(':path', /is no field but a part of the request line/)
refused('a b', /must be a field name/)
for (const name of ['Connection', 'content-length', 'Transfer-Encoding', 'TE', 'upgrade', 'trailer']) {
  refused(name, /may not be changed: it says how a message is carried/)
}
for (const wrong of ['a\\r\\nb', 'a\\nb', 'a\\0b', 'a\\x7fb', '☃']) {
  t.match(messagesOf(routeYaml(`requestHeaders: { set: { x: "${wrong}" } }`)), [
    /routes\[0\]\.requestHeaders\.set\.x: must hold no line breaks, no control characters/,
  ])
}
t.match(messagesOf(routeYaml('requestHeaders: { set: { x: " a" } }')), [/must not begin or end with a space/])
t.match(messagesOf(routeYaml('requestHeaders: { set: { x: 1 } }')), [
  /set\.x: must be text; put it in quotes/,
])
t.match(messagesOf(routeYaml('requestHeaders: { add: { X-A: a, x-a: b } }')), [
  /requestHeaders\.add\.x-a: is here twice; upper and lower case are the same/,
])
