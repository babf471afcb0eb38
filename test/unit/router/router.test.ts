import t from 'tap'
import type { RequestHead } from '../../../src/core/exchange.ts'
import { createRouter, type RouteRule } from '../../../src/router/router.ts'

const rule = (host: string, path: string) => ({ host, path }) as RouteRule
const router = createRouter([
  rule('*', '/'),
  rule('*', '/files'),
  rule('*.example.org', '/'),
  rule('moodle.example.org', '/'),
])
const find = (authority: string, path: string) => {
  const found = router({ authority, path } as RequestHead) as RouteRule | undefined
  return found && `${found.host}${found.path}`
}

t.test('an exact host wins over a wildcard, that over any host', async (t) => {
  t.equal(find('moodle.example.org:9443', '/x'), 'moodle.example.org/')
  t.equal(find('other.example.org', '/files/a'), '*.example.org/')
  t.equal(find('example.org', '/'), '*/')
  t.equal(find('[::1]:9443', '/'), '*/')
})

t.test('the longest path wins, on segment borders', async (t) => {
  t.equal(find('x', '/files/a'), '*/files')
  t.equal(find('x', '/files'), '*/files')
  t.equal(find('x', '/filesystem'), '*/')
})

t.test('no rule, no route', async (t) => {
  t.equal(createRouter([rule('a.test', '/')])({ authority: 'b.test', path: '/' } as RequestHead), undefined)
})
