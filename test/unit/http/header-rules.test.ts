import t from 'tap'
import type { Fields } from '../../../src/core/exchange.ts'
import type { HeaderRules } from '../../../src/core/ports.ts'
import { changeFields, changeOwnFields } from '../../../src/http/header-rules.ts'

const rules = (over: Partial<HeaderRules>): HeaderRules => ({ remove: [], set: [], add: [], ...over })
const HEAD: Fields = ['host', 'a.test', 'x-a', '1', 'x-b', '2', 'x-a', '3', 'content-length', '5']

t.test('without rules a head costs nothing', async (t) => {
  t.equal(changeFields(HEAD, rules({})), HEAD)
  t.equal(changeOwnFields(HEAD, rules({})), HEAD)
})

t.test('removed, then set, then added', async (t) => {
  const changed = changeFields(
    HEAD,
    rules({ remove: ['x-b', 'x-c'], set: ['x-a', 'one', 'x-c', 'new'], add: ['x-a', 'two'] }),
  )
  t.same(changed, ['host', 'a.test', 'content-length', '5', 'x-a', 'one', 'x-c', 'new', 'x-a', 'two'])
})

t.test('a value that looks like a name is none', async (t) => {
  t.same(changeFields(['x-a', 'x-b'], rules({ remove: ['x-b'] })), ['x-a', 'x-b'])
  t.same(changeFields(['x-b', '1'], rules({ set: ['x-a', 'x-b'] })), ['x-b', '1', 'x-a', 'x-b'])
})

t.test('framing and host cannot be changed, whatever a rule says', async (t) => {
  const names = [
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'te',
    'upgrade',
    'trailer',
    'http2-settings',
  ]
  const pairs = names.flatMap((name) => [name, 'evil'])
  t.same(changeFields(HEAD, rules({ remove: names, set: pairs, add: pairs })), HEAD)
  t.same(changeOwnFields(HEAD, rules({ remove: names, set: pairs, add: pairs })), HEAD)
})

t.test('an own answer keeps its word, and takes what it says nothing about', async (t) => {
  const own: Fields = ['cache-control', 'no-store', 'proxy-status', 'roam']
  const changed = changeOwnFields(
    own,
    rules({
      remove: ['proxy-status'],
      set: ['cache-control', 'public', 'strict-transport-security', 'max-age=1'],
      add: ['cache-control', 'public'],
    }),
  )
  t.same(changed, ['cache-control', 'no-store', 'strict-transport-security', 'max-age=1'])
})
