import t from 'tap'
import { backendsOfWeight } from '../../support/backends.ts'
import { count, strays, SUBJECTS } from './suite.ts'

/** Over 100,000 requests each backend's share is within 2 % of what the weights say. */
const WEIGHTS = [
  [1, 1],
  [1, 1, 1],
  [2, 2, 2, 2, 2],
  [1, 3],
  [3, 2, 1],
  [100, 50, 50],
  [0.5, 1, 1],
]

for (const { name, create, keyOf } of SUBJECTS) {
  for (const weights of WEIGHTS) {
    t.test(`${name}: weights ${weights.join(' ')}`, async (t) => {
      t.same(strays(count(create(), backendsOfWeight(weights), keyOf)), [])
    })
  }

  t.test(`${name}: a weight that changes takes effect at once`, async (t) => {
    const policy = create()
    const backends = backendsOfWeight([1, 1, 1])
    count(policy, backends, keyOf)
    backends[0]!.chosenWeight = 4
    t.same(strays(count(policy, backends, keyOf)), [])
  })

  t.test(
    `${name}: a backend's share goes to the others by weight when it leaves, and back when it returns`,
    async (t) => {
      const policy = create()
      const backends = backendsOfWeight([1, 2, 3])
      for (const candidates of [backends, backends.slice(0, 2), backends])
        t.same(strays(count(policy, candidates, keyOf)), [])
    },
  )
}
