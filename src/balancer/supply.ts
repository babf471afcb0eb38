import type { Wish } from '../core/ports.ts'
import type { Backend } from './backend.ts'

/** Nobody has room, but somebody will. */
export const FULL = Symbol('full')

/**
 * Which of a pool's backends may take a request: primaries, where none of those is left the backups, and where nobody is,
 * in a panic, all that the operator lets serve. Breakers hold always.
 */
export class Supply {
  /** A new array when they change. */
  all: readonly Backend[] = []
  /** Nobody is up, and all are tried. */
  panicking = false
  #primaries: readonly Backend[] = []
  #backups: readonly Backend[] = []
  #mayPanic = false

  reconfigure(backends: readonly Backend[], mayPanic: boolean): void {
    this.all = [...backends]
    this.#primaries = backends.filter(({ backup }) => !backup)
    this.#backups = backends.filter(({ backup }) => backup)
    this.#mayPanic = mayPanic
  }

  /** After a change of any backend: true where a panic has begun or ended. */
  review(): boolean {
    const before = this.panicking
    this.panicking = this.#mayPanic && !this.all.some(isUp) && this.all.some(isDrafted)
    return this.panicking !== before
  }

  /** Those that may take the request now, FULL where it has to wait for one, undefined where that is of no use. */
  find(tried: Wish['tried']): readonly Backend[] | typeof FULL | undefined {
    return this.#look(tried) ?? (this.#hurry(tried) ? this.#look(tried) : undefined)
  }

  /** May a client that is pinned to it come, be it after a wait? */
  keeps(backend: Backend, tried: Wish['tried']): boolean {
    if (tried?.has(backend.id) === true || !backend.breaker.allows) return false
    return backend.keepsPinned || (this.panicking && backend.drafted)
  }

  /** Would a request that belongs nowhere be sent to it, if it had room? */
  takesAnybody(backend: Backend): boolean {
    if (this.panicking) return backend.drafted
    return backend.up && (!backend.backup || !this.#primaries.some((one) => one.up && one.breaker.allows))
  }

  #look(tried: Wish['tried']): readonly Backend[] | typeof FULL | undefined {
    const found = this.#among(this.#primaries, isUp, tried) ?? this.#among(this.#backups, isUp, tried)
    if (found !== undefined && (found !== FULL || this.#worthAWait(isFull, tried))) return found
    if (this.panicking) {
      const drafted = this.#among(this.all, isDrafted, tried)
      if (drafted !== undefined) return drafted
    }
    // Half open, with one request on trial: its verdict is near.
    if (this.#worthAWait(isOnTrial, tried)) return FULL
    // Whoever is up has failed this request; for it, that is as good as a panic. It is not worth a wait.
    if (tried === undefined || !this.#mayPanic) return undefined
    const others = this.#among(this.all, isDrafted, tried)
    return others === FULL ? undefined : others
  }

  /** Where only open breakers stand between a request and a backend, one of them is tried early. */
  #hurry(tried: Wish['tried']): boolean {
    return this.all.some((one) => this.#serves(one, tried) && one.breaker.hurry())
  }

  /** A place on one of these would be given to the request. */
  #worthAWait(fits: (backend: Backend) => boolean, tried: Wish['tried']): boolean {
    return this.all.some((one) => fits(one) && this.takesAnybody(one) && tried?.has(one.id) !== true)
  }

  /** But for its breaker. */
  #serves(backend: Backend, tried: Wish['tried']): boolean {
    return (backend.up || (this.panicking && backend.drafted)) && tried?.has(backend.id) !== true
  }

  /** The list itself where all have room, which is what most requests see; undefined where none even fits. */
  #among(
    backends: readonly Backend[],
    fits: (backend: Backend) => boolean,
    tried: Wish['tried'],
  ): readonly Backend[] | typeof FULL | undefined {
    let fitting = 0
    let free = 0
    for (const backend of backends) {
      if (!fits(backend) || !backend.breaker.allows || tried?.has(backend.id) === true) continue
      fitting++
      if (backend.hasRoom) free++
    }
    if (fitting === 0) return undefined
    if (free === 0) return FULL
    if (free === backends.length) return backends
    return backends.filter(
      (one) => fits(one) && one.hasRoom && one.breaker.allows && tried?.has(one.id) !== true,
    )
  }
}

const isUp = (backend: Backend) => backend.up
const isFull = (backend: Backend) => !backend.hasRoom && backend.breaker.allows
const isOnTrial = (backend: Backend) => backend.breakerState === 'half_open'
const isDrafted = (backend: Backend) => backend.drafted
