import t from 'tap'
import type { Backend } from '../../../src/balancer/backend.ts'
import { backendsOfWeight } from '../../support/backends.ts'
import { subject, Time, TURNS } from './suite.ts'
import { traffic } from './traffic.ts'

/** What only peak-ewma promises: it learns, it forgets, and it takes failures for slowness. */
const SUBJECT = subject('peak-ewma')

/** Two backends that have answered in so many seconds, and the policy that has seen it. */
function two(...seconds: readonly (number | undefined)[]) {
  const time = new Time()
  const policy = SUBJECT.create(7, time)
  const backends = backendsOfWeight([1, 1])
  seconds.forEach((its, i) => {
    if (its !== undefined) policy.answered!(backends[i]!, { seconds: its, ok: true })
  })
  const shareOfA = (turns = 1000) => {
    let count = 0
    for (let i = 0; i < turns; i++) if (policy.choose(backends, undefined) === backends[0]) count++
    return count / turns
  }
  return { time, policy, a: backends[0]!, b: backends[1]!, shareOfA }
}

t.test('a slower answer counts at once, a quicker one by and by', async (t) => {
  const { policy, time, a, b, shareOfA } = two(0.02, 0.05)
  t.equal(shareOfA(), 1)
  policy.answered!(a, { seconds: 2, ok: true })
  t.equal(shareOfA(), 0, 'one peak')
  policy.answered!(a, { seconds: 0.01, ok: true })
  t.equal(shareOfA(), 0, 'one quick answer right after it')
  for (let i = 0; i < 600; i++) {
    time.ms += 100
    policy.answered!(a, { seconds: 0.01, ok: true })
    policy.answered!(b, { seconds: 0.05, ok: true })
  }
  t.equal(shareOfA(), 1, 'a minute of quick answers')
})

t.test('latencies that differ by a few percent are equal', async (t) => {
  const share = two(0.02, 0.021).shareOfA(100_000)
  t.ok(Math.abs(share / 0.5 - 1) < 0.02, `${share}`)
})

t.test('a backend whose latency is unknown counts as the quickest that is known', async (t) => {
  const share = two(undefined, 0.02).shareOfA(100_000)
  t.ok(Math.abs(share / 0.5 - 1) < 0.02, `${share}`)
})

t.test(
  'a backend that was slow is tried again when that is long ago, by one request and not by a burst',
  async (t) => {
    const { time, a, b, policy, shareOfA } = two(2, 0.02)
    time.ms += 1000
    t.equal(shareOfA(), 0)
    time.ms += 60_000
    policy.answered!(b, { seconds: 0.02, ok: true })
    const chosen = Array.from({ length: 20 }, () => policy.choose([a, b], undefined))
    t.equal(chosen.filter((one) => one === a).length, 1)
  },
)

t.test('a backend that was slow gets its share back when it is quick again', async (t) => {
  const backends = backendsOfWeight([1, 1, 1])
  const slow = (backend: Backend, now: number) => backend === backends[2] && now < 10_000
  const shares = traffic(SUBJECT, backends, {
    everyMs: 2,
    latencyMs: (one, now) => (slow(one, now) ? 2000 : 20),
  })
  const { served } = shares.get(backends[2]!)!
  t.ok(served > 0.25 * TURNS, `${served} of ${TURNS}, most of them after the first tenth`)
})

t.test('a backend that fails quickly is avoided, not preferred', async (t) => {
  const backends = backendsOfWeight([1, 1, 1])
  const shares = traffic(SUBJECT, backends, {
    everyMs: 2,
    latencyMs: (one) => (one === backends[2] ? 2 : 20),
    ok: (one) => one !== backends[2],
  })
  const { served } = shares.get(backends[2]!)!
  t.ok(served < 0.01 * TURNS, `${served}`)
})

t.test('failures are forgotten like latencies, however many there were', async (t) => {
  const { time, policy, a, b, shareOfA } = two(0.02, 0.02)
  for (let i = 0; i < 1000; i++) policy.answered!(a, { seconds: 0.001, ok: false })
  t.equal(shareOfA(), 0)
  time.ms += 120_000
  policy.answered!(b, { seconds: 0.02, ok: true })
  t.equal(policy.choose([a, b], undefined), a)
})

t.test('a first failure counts as a second', async (t) => {
  const { policy, a, shareOfA } = two(undefined, 0.5)
  policy.answered!(a, { seconds: 0.001, ok: false })
  t.equal(shareOfA(), 0)
})
