import t from 'tap'
import { withoutCookie } from '../../../../src/balancer/affinity/cookies.ts'
import { createAffinity } from '../../../../src/balancer/affinity/index.ts'
import { seeded } from '../../../support/random.ts'
import { always, CLIENT, head, SECRET, three } from './support.ts'

/** Clients send what they like. */
const AFFINITY = createAffinity(
  {
    by: 'cookie',
    cookie: 'roam',
    maxAgeSeconds: undefined,
    keys: [
      { from: 'cookie', name: 'a' },
      { from: 'query', name: 'b' },
    ],
  },
  'moodle',
  SECRET,
)
const PIECES = [
  'roam',
  '=',
  ';',
  ' ',
  '"',
  'a',
  '\0',
  '\xff',
  '\u0141',
  '\ud800',
  '=;',
  'roam=',
  '; roam="',
  '%',
  ',',
]

t.test('no cookie and no target makes it throw, or pins to anything but by the right', async (t) => {
  const random = seeded(3)
  const backends = three()
  const own = AFFINITY.fieldsFor(
    { backend: undefined, result: 'new', byCookie: true },
    backends[0]!,
    true,
  )[1]!
  const token = own.split(';')[0]!.split('=')[1]!
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!
  for (let i = 0; i < 20_000; i++) {
    const pieces = Array.from({ length: random() * 40 }, () => {
      if (random() < 0.7) return pick(PIECES)
      if (random() < 0.5) return token.slice(random() * 40, random() * 40)
      return Array.from({ length: 32 }, () => String.fromCharCode(random() * 300)).join('')
    })
    const field = pieces.join('')
    const pin = AFFINITY.pinOf(head(['cookie', field], `/?${field}`), CLIENT, backends, always)
    if (pin.byCookie && pin.backend !== undefined && !field.includes(token)) t.fail(JSON.stringify(field))
    const kept = withoutCookie(['cookie', field], 'roam')[1] ?? ''
    if (/(^|;)\s*roam=/.test(kept)) t.fail(JSON.stringify({ field, kept }))
  }
})

t.test('a megabyte of cookies takes no longer than its length', async (t) => {
  const backends = three()
  for (const piece of ['roam=', ';', 'roam=;', `roam=${'x'.repeat(32)}; `, ' ', '"', 'a=b; ']) {
    const field = piece.repeat(2 ** 20 / piece.length)
    const start = performance.now()
    AFFINITY.pinOf(head(['cookie', field], `/?${field}`), CLIENT, backends, always)
    withoutCookie(['cookie', field], 'roam')
    const took = performance.now() - start
    t.ok(took < 2000, `${JSON.stringify(piece)}: ${took} ms; anything quadratic takes minutes`)
  }
})
