import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/**
 * With one core to run on (a small container, a pinned process) V8's helper threads for garbage collection only take
 * turns with the thread they help. Without them a request costs a tenth less CPU (docs/PERFORMANCE.md).
 */
export function tuneForOneCore(cores = availableParallelism()): void {
  if (cores === 1) setFlagsFromString('--single-threaded-gc')
}
