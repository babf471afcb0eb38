/** What a reload may change, and what it has changed. */
import { isDeepStrictEqual } from 'node:util'
import type { ListenerConfig, LimitsConfig, PoolConfig, RoamConfig } from '../config/types.ts'

/** All that could fail is done: the rest happens at once. One of the two is called, once. */
export interface Change {
  commit(): void
  /** Leaves everything as it was. */
  abandon(): Promise<void> | void
}

/** A configuration that is sound and cannot come into force now; the one before stays. */
export class ReloadRefused extends Error {
  override readonly name = 'ReloadRefused'
}

/** What QUIC engines learn at their start. */
const FIXED_LIMITS = [
  'maxConnections',
  'maxConcurrentStreams',
  'maxFieldSectionBytes',
  'maxFieldCount',
  'handshakeTimeoutMs',
] as const satisfies readonly (keyof LimitsConfig)[]

/** Throws a ReloadRefused that names every key that only a new process can change. */
export function refuseFixed(before: RoamConfig, after: RoamConfig): void {
  const paths = [
    ...differing(before.quic, after.quic).map((name) => `quic.${name}`),
    ...differing(before.limits, after.limits, FIXED_LIMITS).map((name) => `limits.${name}`),
    ...differing(before, after, ['networks', 'secretFile', 'admin', 'log']),
    ...differing(before.metrics, after.metrics, ['updateIntervalMs']).map((name) => `metrics.${name}`),
  ].map(asWritten)
  if (paths.length === 0) return
  const what = paths.length === 1 ? `${paths[0]} cannot change` : `${paths.join(', ')} cannot change`
  throw new ReloadRefused(`${what} while Roam runs; start a new process: roam start --takeover`)
}

/** One short sentence for each thing that is different, in the order of the file. */
export function describeChanges(before: RoamConfig, after: RoamConfig): string[] {
  const pools = compare(before.pools, after.pools, ({ name }) => `pool ${name}`, withoutBackends)
  const backends = compare(backendsOf(before), backendsOf(after), ({ id }) => `backend ${id}`)
  const listeners = compare(before.listeners, after.listeners, listenerName)
  const rest = ['routes', 'trustedProxies', 'limits', 'metrics', 'drainTimeoutMs', 'reloadOnChange'] as const
  const others = differing(before, after, rest).map((name) => `${asWritten(name)} changed`)
  return [...listeners, ...pools, ...backends, ...others]
}

function listenerName({ host, port }: ListenerConfig): string {
  return `listener ${host}:${port}`
}

/** With their pools: a backend that moved to another one has changed. */
function backendsOf({ pools }: RoamConfig) {
  return pools.flatMap((pool) => pool.backends.map((backend) => ({ ...backend, pool: pool.name })))
}

function withoutBackends(pool: PoolConfig) {
  return { ...pool, backends: [] }
}

function compare<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (one: T) => string,
  factsOf: (one: T) => unknown = (one) => one,
): string[] {
  const former = named(before, nameOf)
  const latter = named(after, nameOf)
  return [
    ...[...former.keys()].filter((name) => !latter.has(name)).map((name) => `${name} removed`),
    ...[...latter].flatMap(([name, one]) => {
      const other = former.get(name)
      if (other === undefined) return [`${name} added`]
      return isDeepStrictEqual(factsOf(other), factsOf(one)) ? [] : [`${name} changed`]
    }),
  ]
}

/** Only listeners on port 0 can share a name: they are told apart by their order. */
function named<T>(all: readonly T[], nameOf: (one: T) => string): Map<string, T> {
  const names = new Map<string, T>()
  for (const one of all) {
    let name = nameOf(one)
    for (let nth = 2; names.has(name); nth++) name = `${nameOf(one)} (${nth})`
    names.set(name, one)
  }
  return names
}

function differing<T extends object>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[] = Object.keys(after) as (keyof T & string)[],
): string[] {
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name]))
}

/** Milliseconds and bytes are in the names of decoded keys only. */
function asWritten(path: string): string {
  return path.replace(/Ms$/, '').replace('FieldSectionBytes', 'FieldSection')
}
