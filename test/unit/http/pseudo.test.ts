import t from 'tap'
import { splitPseudo } from '../../../src/http/pseudo.ts'

const GOOD = [':method', 'GET', ':path', '/', ':scheme', 'https', ':authority', 'a']

t.test('the splitter refuses by itself what RFC 9113 §8.3 forbids', (t) => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'late pseudo-header': [...GOOD.slice(0, 6), 'x-a', '1', ':authority', 'a'],
    'late and unknown': [...GOOD, 'x-a', '1', ':x', '1'],
    'no method': GOOD.slice(2),
    'no path': [...GOOD.slice(0, 2), ...GOOD.slice(4)],
    'no scheme': [...GOOD.slice(0, 4), ...GOOD.slice(6)],
    'two of :protocol': [':method', 'CONNECT', ':protocol', 'a', ':protocol', 'a'],
    status: [...GOOD, ':status', '200'],
  }
  for (const [name, list] of Object.entries(cases)) {
    t.throws(() => splitPseudo(list), { code: 'MALFORMED_REQUEST' }, name)
  }
  t.end()
})

t.test('pseudo-headers in any order, regular fields in theirs', (t) => {
  t.same(
    splitPseudo([
      ':scheme',
      'https',
      ':authority',
      'a',
      ':path',
      '/',
      ':method',
      'GET',
      'x-b',
      '1',
      'x-a',
      '2',
    ]),
    {
      method: 'GET',
      target: '/',
      authority: 'a',
      scheme: 'https',
      fields: ['x-b', '1', 'x-a', '2'],
    },
  )
  t.end()
})
