/** What the contract's tests share: every policy, and the ways of asking one. */
import { POLICIES } from '../../../src/balancer/policies/index.ts'
import type { Backend } from '../../../src/balancer/backend.ts'
import type { Policy, PolicyParts } from '../../../src/balancer/policies/policy.ts'
import type { PolicyName } from '../../../src/config/types.ts'
import { seeded } from '../../support/random.ts'

export const TURNS = 100_000

/** A clock that only knows the time; 100,000 timers would take FakeClock a while. */
export class Time {
  ms = 0
  readonly now = (): number => this.ms
  readonly every = (): (() => void) => () => {}
  readonly after = (): (() => void) => () => {}
}

export interface Subject {
  readonly name: string
  readonly create: (seed?: number, time?: Time) => Policy
  /** The key of the i-th request; undefined where the policy takes none. */
  readonly keyOf: (i: number) => string | undefined
}

/** Every policy; `hash` twice, for requests with and without a key. */
export const SUBJECTS: readonly Subject[] = [
  ...Object.entries(POLICIES).map(([name, create]) => ({
    name,
    create: (seed = 7, time = new Time()) => create(parts(seed, time)),
    keyOf: (i: number) => (name === 'hash' ? `key ${i}` : undefined),
  })),
  {
    name: 'hash without a key',
    create: (seed = 7, time = new Time()) => POLICIES.hash(parts(seed, time)),
    keyOf: () => undefined,
  },
]

export const subject = (name: PolicyName): Subject => SUBJECTS.find((one) => one.name === name)!

const parts = (seed: number, clock: Time): PolicyParts => ({ random: seeded(seed), clock })

/** How often each candidate is chosen, by requests that are over before the next begins and all take as long. */
export function count(
  policy: Policy,
  candidates: readonly Backend[],
  keyOf: Subject['keyOf'],
): ReadonlyMap<Backend, number> {
  const counts = new Map(candidates.map((one) => [one, 0]))
  for (let i = 0; i < TURNS; i++) {
    const chosen = policy.choose(candidates, keyOf(i))
    counts.set(chosen, counts.get(chosen)! + 1)
    policy.answered?.(chosen, { seconds: 0.02, ok: true })
  }
  return counts
}

/** The counts that are further than 2 % from what the weights say, in words; none is what is wanted. */
export function strays(counts: ReadonlyMap<Backend, number>): string[] {
  const total = [...counts.keys()].reduce((sum, one) => sum + one.weight, 0)
  return [...counts].flatMap(([{ id, weight }, number]) => {
    const expected = (TURNS * weight) / total
    return Math.abs(number / expected - 1) < 0.02 ? [] : [`${id}: ${number} instead of ${expected}`]
  })
}
