import { createHash } from 'node:crypto'
import t from 'tap'
import { rendezvous } from '../../../../src/balancer/policies/rendezvous.ts'

/** The hash is uniform for the keys and names that people have, which resemble each other more than random ones do. */
const KEYS: Record<string, (i: number) => string> = {
  numbers: String,
  addresses: (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  'IPv6 addresses': (i) => `2001:db8::${i.toString(16)}`,
  sessions: (i) => createHash('md5').update(`${i}`).digest('hex').slice(0, 26),
  paths: (i) => `/course/view.php/${i}`,
  'long keys with one difference': (i) => `${'x'.repeat(500)}${i}${'y'.repeat(500)}`,
}
const NAMES: Record<string, readonly string[]> = {
  letters: 'a b c d e f g h i j'.split(' '),
  'numbered names': ['moodle-1', 'moodle-2', 'moodle-3'],
  addresses: ['10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80', '10.0.0.4:80'],
}
const TURNS = 20_000

for (const [names, ids] of Object.entries(NAMES)) {
  for (const [keys, keyOf] of Object.entries(KEYS)) {
    t.test(`${keys} on ${names}`, async (t) => {
      const counts = new Map(ids.map((id) => [id, 0]))
      const backends = ids.map((id) => ({ id, weight: 1 }))
      for (let i = 0; i < TURNS; i++) {
        const { id } = rendezvous(backends, keyOf(i))
        counts.set(id, counts.get(id)! + 1)
      }
      const expected = TURNS / ids.length
      const chiSquared = [...counts.values()].reduce(
        (sum, count) => sum + (count - expected) ** 2 / expected,
        0,
      )
      // 27.9 is exceeded by one in a thousand fair hashes of ten backends, and fewer of fewer.
      t.ok(chiSquared < 27.9, `${chiSquared}`)
    })
  }
}

t.test('the second choices of one backend’s keys are uniform too', async (t) => {
  const backends = ['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 }))
  const second = new Map(['b', 'c', 'd'].map((id) => [id, 0]))
  let keys = 0
  for (let i = 0; i < 4 * TURNS; i++) {
    if (rendezvous(backends, `${i}`).id !== 'a') continue
    keys++
    const { id } = rendezvous(backends.slice(1), `${i}`)
    second.set(id, second.get(id)! + 1)
  }
  for (const [id, count] of second)
    t.ok(Math.abs(count / (keys / 3) - 1) < 0.04, `${id}: ${count} of ${keys}`)
})
