import type { Clock, Random } from '../../core/clock.ts'
import type { Events } from '../../core/events.ts'
import type { HealthCheck, Probe } from '../../core/ports.ts'
import type { Backend } from '../backend.ts'

export interface ActiveHealthOptions extends HealthCheck {
  readonly intervalMs: number
  readonly unhealthyAfter: number
  readonly healthyAfter: number
}

/** Share of the interval by which a probe may come early or late, so that many balancers do not probe in step. */
const JITTER = 0.1

/**
 * Probes one backend for ever. The first answer decides at once; after it `unhealthyAfter` failures in a row take the
 * backend out and `healthyAfter` passes in a row bring it back (HAProxy's fall and rise).
 */
export function watchHealth(
  backend: Backend,
  options: ActiveHealthOptions,
  { probe, events, clock, random }: { probe: Probe; events: Events; clock: Clock; random: Random },
): { readonly first: Promise<void>; stop(): void } {
  let streak = 0
  let decided = false
  let stopped = false
  let cancel = () => {}
  const first = Promise.withResolvers<undefined>()

  const judge = (passed: boolean, why: string) => {
    streak = passed === backend.healthy ? 0 : streak + 1
    const needed = !decided ? 1 : passed ? options.healthyAfter : options.unhealthyAfter
    decided = true
    if (streak < needed) return
    streak = 0
    // The cause is told before what follows from it, such as a panic.
    events.emit('backend:state', { backendId: backend.id, state: passed ? 'healthy' : 'unhealthy', why })
    backend.healthy = passed
  }

  const round = async () => {
    const { result, why, seconds } = await probe(backend, options)
    if (stopped) return
    events.emit('backend:health-check', { backendId: backend.id, result, seconds })
    judge(result === 'success', why)
    first.resolve(undefined)
    cancel = clock.after(options.intervalMs * (1 + JITTER * (2 * random() - 1)), () => void round())
  }
  void round()

  return {
    first: first.promise,
    stop() {
      stopped = true
      cancel()
      first.resolve(undefined)
    },
  }
}
