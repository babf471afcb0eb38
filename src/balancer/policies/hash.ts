import { leastRequests } from './least-requests.ts'
import type { PolicyFactory } from './policy.ts'
import { rendezvous } from './rendezvous.ts'

/** The same backend for the same key, as long as it is there; requests without a key go where least is in flight. */
export const hash: PolicyFactory = (parts) => {
  const keyless = leastRequests(parts)
  return {
    choose: (candidates, key) =>
      key === undefined ? keyless.choose(candidates, key) : rendezvous(candidates, key),
  }
}
