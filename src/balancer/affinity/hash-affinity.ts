import type { KeySource } from '../../config/types.ts'
import type { Backend } from '../backend.ts'
import { rendezvous } from '../policies/rendezvous.ts'
import type { Affinity, Pin } from './affinity.ts'
import { keyReader } from './key.ts'

/** Pins a client by a hash of a key that its requests carry. */
export function hashAffinity(sources: readonly KeySource[]): Affinity {
  const keyOf = keyReader(sources)
  return {
    pinOf(head, connection, backends, usable) {
      const key = keyOf(head, connection)
      return key === undefined ? NO_KEY : pinByKey(key, backends, usable)
    },
    fieldsFor: () => [],
  }
}

const NO_KEY: Pin = { backend: undefined, result: 'new', byCookie: false }

/**
 * A key's backend among those that get new clients (by a hash, nobody can tell whether a client is one); if it is not its
 * own, everybody with that key still goes to the same one. Backups count where no other backend is usable.
 */
export function pinByKey(
  key: string,
  backends: readonly Backend[],
  usable: (backend: Backend) => boolean,
): Pin {
  const open = (one: Backend) => one.adminState === 'enabled' && usable(one)
  for (const backup of [false, true]) {
    const level = backends.filter((one) => one.backup === backup)
    const home = homeOf(key, level)
    if (home === undefined) continue
    if (open(home)) return { backend: home, result: backup ? 'moved' : 'hit', byCookie: false }
    const instead = homeOf(key, level.filter(open))
    if (instead !== undefined) return { backend: instead, result: 'moved', byCookie: false }
  }
  return { backend: undefined, result: 'moved', byCookie: false }
}

const homeOf = (key: string, candidates: readonly Backend[]) =>
  candidates.length === 0 ? undefined : rendezvous(candidates, key)
