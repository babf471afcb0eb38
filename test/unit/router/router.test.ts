import t from 'tap'
import type { RequestHead } from '../../../src/core/exchange.ts'
import { createRouter, type RouteRule } from '../../../src/router/router.ts'

const rule = (host: string, path: string, match = 'prefix') => ({ host, path, match }) as RouteRule
const router = createRouter([
  rule('*', '/'),
  rule('*', '/files'),
  rule('*', '/files', 'exact'),
  rule('*.example.org', '/'),
  rule('*.campus.example.org', '/'),
  rule('moodle.example.org', '/'),
])
const find = (authority: string, path: string) => {
  const found = router({ authority, path, method: 'GET' } as RequestHead) as RouteRule | undefined
  return found && `${found.host}${found.path} ${found.match}`
}

t.test('an exact host wins over a wildcard, that over any host', async (t) => {
  t.equal(find('moodle.example.org:9443', '/x'), 'moodle.example.org/ prefix')
  t.equal(find('other.example.org:9443', '/files/a'), '*.example.org/ prefix')
  t.equal(find('a.campus.example.org', '/'), '*.campus.example.org/ prefix', 'the longer wildcard')
  t.equal(find('campus.example.org', '/'), '*.example.org/ prefix', 'a wildcard has something before its dot')
  t.equal(find('example.org', '/'), '*/ prefix')
  t.equal(find('notexample.org', '/'), '*/ prefix')
  t.equal(find('moodle.example.org.test', '/'), '*/ prefix')
  t.equal(find('[::1]:9443', '/'), '*/ prefix')
  t.equal(find('[::1]', '/'), '*/ prefix')
})

t.test('the longest path wins, on segment borders', async (t) => {
  t.equal(find('x', '/files/a'), '*/files prefix')
  t.equal(find('x', '/filesystem'), '*/ prefix')
})

t.test('an exact path wins over a prefix, and matches nothing else', async (t) => {
  t.equal(find('x', '/files'), '*/files exact')
  t.equal(find('x', '/files/'), '*/files prefix')
})

t.test('no rule, no route', async (t) => {
  t.equal(createRouter([rule('a.test', '/')])({ authority: 'b.test', path: '/' } as RequestHead), undefined)
})
