import t from 'tap'
import { messagesOf, routeOf, routeYaml, yaml } from './support.ts'

t.match(routeOf('path: /a'), {
  match: 'prefix',
  methods: undefined,
  routeClass: undefined,
  timeouts: {},
})
t.match(routeOf('path: /a, match: exact, methods: [GET, HEAD, M-SEARCH], class: upload'), {
  match: 'exact',
  methods: ['GET', 'HEAD', 'M-SEARCH'],
  routeClass: 'upload',
})
t.match(messagesOf(routeYaml('methods: [get]')), [
  /routes\[0\]\.methods\[0\]: must be a method in upper case, such as GET, not "get"/,
])
t.match(messagesOf(routeYaml('methods: [TRACE, "A B"]')), [
  /methods\[0\]: TRACE is not offered by Roam/,
  /methods\[1\]: must be a method in upper case/,
])
t.match(messagesOf(routeYaml('methods: []')), [/methods: must name at least one method; leave it out for/])
t.match(messagesOf(routeYaml('methods: [GET, GET]')), [/methods: names a method twice/])
t.match(messagesOf(routeYaml('match: regex')), [/match: must be one of prefix, exact/])
t.match(messagesOf(routeYaml('class: uplaod')), [/class: must be one of .*; did you mean upload\?/])

const both = (first: string, second: string) =>
  messagesOf(yaml({ routes: `[{ pool: moodle, ${first} }, { pool: moodle, ${second} }]` }))
t.strictSame(both('path: /a', 'path: /a, match: exact'), [])
t.strictSame(both('methods: [GET]', 'methods: [POST]'), [])
t.strictSame(both('methods: [GET]', 'path: /'), [], 'the one with methods is the more particular')
t.match(both('methods: [GET, POST, PUT]', 'methods: [PATCH, POST, PUT]'), [
  /routes\[1\]: POST, PUT of this host and path is already used by routes\[0\]/,
])
