import t from 'tap'
import { keyReader } from '../../../../src/balancer/affinity/key.ts'
import type { KeySource } from '../../../../src/config/types.ts'
import { connection, head } from './support.ts'

const read = (source: KeySource, ...args: Parameters<typeof head>) =>
  keyReader([source])(head(...args), connection('2001:db8::7'))

t.test('a cookie, by its whole name', async (t) => {
  const source = { from: 'cookie', name: 'MoodleSession' } as const
  t.equal(read(source, ['cookie', 'MoodleSessionTest=a; XMoodleSession=b; MoodleSession=c; d=e']), 'c')
  t.equal(read(source, ['cookie', 'moodlesession=c']), undefined)
  t.equal(read(source, ['cookie', 'MoodleSession=a=b']), 'a=b')
  t.equal(read(source, ['cookie', 'MoodleSession="quoted"']), 'quoted')
  t.equal(read(source, ['cookie', 'MoodleSession']), undefined)
  t.equal(read(source, ['cookie', 'MoodleSession=']), undefined)
  t.equal(read(source, ['cookies', 'MoodleSession=a']), undefined)
})

t.test('a header, whatever its spelling in the configuration', async (t) => {
  t.equal(read({ from: 'header', name: 'Authorization' }, ['authorization', 'Bearer x']), 'Bearer x')
  t.equal(read({ from: 'header', name: 'authorization' }, ['x', 'authorization']), undefined)
})

t.test('a query parameter', async (t) => {
  const source = { from: 'query', name: 'wstoken' } as const
  t.equal(read(source, [], '/server.php?a=1&wstoken=abc&wstoken=def'), 'abc')
  t.equal(read(source, [], '/server.php?wstoken=abc'), 'abc')
  for (const target of [
    '/wstoken=abc',
    '/?xwstoken=abc',
    '/?wstokens=abc',
    '/?wstoken',
    '/?wstoken=',
    '/?a=wstoken=abc',
  ])
    t.equal(read(source, [], target), undefined, target)
})

t.test('the address, and the path', async (t) => {
  t.equal(read({ from: 'address' }), '2001:db8::7')
  t.equal(read({ from: 'uri' }, [], '/a/b?c=d'), '/a/b')
})

t.test('the first source that the request has', async (t) => {
  const key = keyReader([{ from: 'cookie', name: 'a' }, { from: 'query', name: 'b' }, { from: 'address' }])
  t.equal(key(head(['cookie', 'a=1'], '/?b=2'), connection('3')), '1')
  t.equal(key(head(['cookie', 'a='], '/?b=2'), connection('3')), '2')
  t.equal(key(head(), connection('3')), '3')
  t.equal(keyReader([])(head(), connection()), undefined)
})
