import t from 'tap'
import { withoutCookie } from '../../../../src/balancer/affinity/cookies.ts'

t.test('our cookie is none of the backend’s business', async (t) => {
  for (const [before, after] of [
    ['roam=x; MoodleSession=y', 'MoodleSession=y'],
    ['MoodleSession=y; roam=x', 'MoodleSession=y'],
    ['a=1; roam=x;roam=y ;  b=2', 'a=1; b=2'],
  ])
    t.same(withoutCookie(['host', 'a', 'cookie', before!, 'x', 'roam=x'], 'roam'), [
      'host',
      'a',
      'cookie',
      after,
      'x',
      'roam=x',
    ])
})

t.test('a field that held nothing else goes as a whole', async (t) => {
  t.same(withoutCookie(['host', 'a', 'cookie', 'roam=x;', 'x', ''], 'roam'), ['host', 'a', 'x', ''])
})

t.test('what holds no such cookie stays byte for byte, in the same list', async (t) => {
  for (const fields of [
    [],
    ['accept', 'roam=x'],
    ['cookie', 'a=1;b=2 ; xroam=3; roamx=4;;'],
    ['cookie', ''],
    ['cookie', 'roam'],
  ])
    t.equal(withoutCookie(fields, 'roam'), fields)
})
