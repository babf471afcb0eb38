import t from 'tap'
import { backendsOfWeight } from '../../support/backends.ts'
import { seeded } from '../../support/random.ts'
import { SUBJECTS, Time } from './suite.ts'

for (const { name, create, keyOf } of SUBJECTS) {
  t.test(`${name}: the only candidate is chosen, however busy`, async (t) => {
    const [only] = backendsOfWeight([1])
    const policy = create()
    for (const load of [0, 1, 1_000_000]) {
      only!.inFlight = load
      t.equal(policy.choose([only!], keyOf(load)), only)
    }
  })

  t.test(
    `${name}: whatever happens, one of the candidates is chosen, and they are left as they were`,
    async (t) => {
      const random = seeded(11)
      const time = new Time()
      const policy = create(3, time)
      const backends = backendsOfWeight([1, 0.1, 5, 1000, 2, 1e-9])
      for (let i = 0; i < 20_000; i++) {
        time.ms += random() < 0.01 ? 3_600_000 : random() * 10
        for (const one of backends) one.inFlight = random() < 0.5 ? 0 : Math.floor(random() * 1000)
        const some = backends.filter(() => random() < 0.5)
        const candidates = Object.freeze(some.length === 0 ? backends.slice(0, 1) : some)
        const chosen = policy.choose(candidates, keyOf(i))
        if (!candidates.includes(chosen))
          t.fail(`${chosen.id} of ${candidates.map((one) => one.id).join(' ')}`)
        if (random() < 0.9) policy.answered?.(chosen, { seconds: random() * 100, ok: random() < 0.5 })
      }
    },
  )

  t.test(`${name}: two of its kind remember apart`, async (t) => {
    const backends = backendsOfWeight([1, 1, 1])
    const order = () => {
      const policy = create()
      return Array.from({ length: 20 }, (_, i) => policy.choose(backends, keyOf(i)).id).join('')
    }
    t.equal(order(), order())
  })
}
