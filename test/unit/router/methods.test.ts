import t from 'tap'
import { RoamError } from '../../../src/core/errors.ts'
import type { RequestHead } from '../../../src/core/exchange.ts'
import { createRouter, type RouteRule } from '../../../src/router/router.ts'

const rule = (host: string, path: string, methods?: readonly string[]) =>
  ({ host, path, match: 'prefix', methods }) as RouteRule
const ask = (rules: RouteRule[], method: string, path: string) =>
  createRouter(rules)({ authority: 'a.test', path, method } as RequestHead) as RouteRule | undefined

const site = [
  rule('*', '/'),
  rule('*', '/api'),
  rule('*', '/api', ['POST', 'PUT']),
  rule('a.test', '/files', ['GET']),
]

t.test('a rule with the method wins over one without methods', async (t) => {
  t.equal(ask(site, 'POST', '/api/x'), site[2])
  t.equal(ask(site, 'GET', '/api/x'), site[1])
})

t.test('another method goes on to the next rule, also to that of a wider host', async (t) => {
  t.equal(ask(site, 'GET', '/files/x'), site[3])
  t.equal(ask(site, 'PUT', '/files/x'), site[0])
})

t.test('a path that is there for other methods only is 405, and the answer lists them once', async (t) => {
  const rules = [rule('*', '/api', ['POST', 'PUT']), rule('a.test', '/', ['GET', 'POST'])]
  const error = t.throws(() => ask(rules, 'DELETE', '/api'))
  if (!(error instanceof RoamError)) throw new Error('not an error of Roam')
  t.equal(error.code, 'METHOD_NOT_ALLOWED')
  t.same(error.fields, ['allow', 'GET, POST, PUT'])
})

t.test('a path that no rule knows is no matter of methods', async (t) => {
  t.equal(ask([rule('*', '/api', ['POST'])], 'GET', '/other'), undefined)
})
