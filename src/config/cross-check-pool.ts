/** Keys of a pool that are right by themselves but not together. */
import type { Path, Problem } from './problem.ts'
import type { Pool } from './schema/pool.ts'
import type { Part } from './sound.ts'

/** Compares the keys of one sound pool with each other. */
export function checkPool({ path, value }: Part<Pool>): Problem[] {
  return [
    ...checkHash(path, value),
    ...checkAffinity(path, value),
    ...checkTimes(path, value),
    ...checkServing(path, value),
  ]
}

function checkHash(path: Path, { policy, hash }: Pool): Problem[] {
  const at = [...path, 'hash']
  if (policy === 'hash' && hash === undefined) {
    const message =
      'is required with policy hash; name what it looks at, such as hash: [cookie:MoodleSession]'
    return [{ path: at, message }]
  }
  if (policy !== 'hash' && hash !== undefined) {
    return [
      { path: at, message: `is for policy hash alone, and this pool has ${policy}; remove one of the two` },
    ]
  }
  return []
}

function checkAffinity(path: Path, { affinity }: Pool): Problem[] {
  if (affinity?.by !== 'hash') return []
  const problems: Problem[] = []
  for (const key of ['cookie', 'maxAge'] as const) {
    if (affinity[key] === undefined) continue
    problems.push({
      path: [...path, 'affinity', key],
      message: 'is for by: cookie alone; by: hash sets none',
    })
  }
  if (affinity.keys.length === 0) {
    const message = 'must name what is hashed, such as keys: [cookie:MoodleSession]'
    problems.push({ path: [...path, 'affinity', 'keys'], message })
  }
  return problems
}

function checkTimes(path: Path, { health, outliers }: Pool): Problem[] {
  const problems: Problem[] = []
  if (health !== undefined && health.timeout > health.interval) {
    problems.push({ path: [...path, 'health', 'timeout'], message: 'must not be longer than the interval' })
  }
  if (outliers !== undefined && outliers.maxEjection < outliers.baseEjection) {
    problems.push({
      path: [...path, 'outliers', 'maxEjection'],
      message: 'must not be shorter than baseEjection',
    })
  }
  return problems
}

/** Backups are for when the others are down: there must be others. */
function checkServing(path: Path, { backends }: Pool): Problem[] {
  const primaries = backends.filter(({ backup }) => !backup)
  if (primaries.length === 0) {
    return [{ path: [...path, 'backends'], message: 'are all backups; at least one must have backup: off' }]
  }
  if (primaries.every(({ weight }) => weight === 0)) {
    const message = 'would get no requests: at least one that is no backup needs a weight above 0'
    return [{ path: [...path, 'backends'], message }]
  }
  return []
}
