/** Keys that are right by themselves but not together. */
import { addressesCollide, formatAddress } from './address.ts'
import { checkPool } from './cross-check-pool.ts'
import { nearest } from './nearest.ts'
import { formatPath } from './problem.ts'
import type { Path, Problem } from './problem.ts'
import { protocolsOf } from './resolve.ts'
import type { Admin } from './schema/admin.ts'
import type { Listener } from './schema/listener.ts'
import type { Route } from './schema/route.ts'
import type { Part, SoundParts } from './sound.ts'

/** The label `network` has a closed set of few values. */
const MAX_NETWORKS = 8
/** Values that metrics use for "none of the configured ones". */
const RESERVED = new Set(['none', 'other', '_other'])

/** Compares the sound parts of a document with each other. */
export function crossCheck(parts: SoundParts): Problem[] {
  return [
    ...parts.listeners.flatMap((part) => checkListener(part, parts.listeners)),
    ...checkSharedAddresses(parts.listeners),
    ...parts.admin.flatMap((part) => checkAdmin(part, parts.listeners)),
    ...(parts.poolNames.size === 0 ? [] : checkRoutedPools(parts)),
    ...checkRoutes(parts.routes),
    ...checkUnique(parts.backends, ({ id }) => id, 'this id'),
    ...parts.backends
      .filter(({ value }) => RESERVED.has(value.id))
      .map(({ path }) => reserved([...path, 'id'])),
    ...parts.pools.flatMap(checkPool),
    ...checkNetworks(parts.networkNames),
  ]
}

function checkListener({ path, value }: Part<Listener>, all: readonly Part<Listener>[]): Problem[] {
  const problems: Problem[] = []
  const protocols = protocolsOf(value)
  const needy = protocols.filter((protocol) => protocol !== 'http/1.1')
  const hasCertificates = value.certificates.length > 0
  if (needy.length > 0 && !hasCertificates) {
    problems.push({
      path: [...path, 'certificates'],
      message: `${needy.join(' and ')} ${needy.length === 1 ? 'needs' : 'need'} a certificate; add certificates: [{ cert, key }]`,
    })
  }
  if (new Set(protocols).size < protocols.length) {
    problems.push({ path: [...path, 'protocols'], message: 'names a protocol twice' })
  }
  if (typeof value.altSvc === 'object' && !protocols.includes('h3')) {
    problems.push({
      path: [...path, 'altSvc'],
      message: 'would offer HTTP/3 where there is none; add h3 to protocols, or remove altSvc',
    })
  }
  if (value.redirectToHttps && hasCertificates) {
    problems.push({
      path: [...path, 'redirectToHttps'],
      message: 'is for listeners without certificates only',
    })
  } else if (value.redirectToHttps && !all.some((other) => other.value.certificates.length > 0)) {
    problems.push({
      path: [...path, 'redirectToHttps'],
      message: 'has no listener with certificates to lead to',
    })
  }
  return problems
}

/** TCP and UDP ports are separate: a listener of h3 alone may share its number with one of TCP alone. */
function checkSharedAddresses(listeners: readonly Part<Listener>[]): Problem[] {
  return listeners.flatMap((later, index) => {
    const earlier = listeners.slice(0, index).find((other) => listenersCollide(other.value, later.value))
    if (earlier === undefined) return []
    const message = `${formatAddress(later.value.address)} is taken by ${formatPath(earlier.path)} (${formatAddress(earlier.value.address)})`
    return [{ path: [...later.path, 'address'], message }]
  })
}

function listenersCollide(a: Listener, b: Listener): boolean {
  if (!addressesCollide(a.address, b.address)) return false
  const [first, second] = [transports(a), transports(b)]
  return (first.tcp && second.tcp) || (first.udp && second.udp)
}

function transports(listener: Listener): { tcp: boolean; udp: boolean } {
  const protocols = protocolsOf(listener)
  return { tcp: protocols.some((protocol) => protocol !== 'h3'), udp: protocols.includes('h3') }
}

function checkAdmin({ path, value }: Part<Admin>, listeners: readonly Part<Listener>[]): Problem[] {
  const taken = listeners.find(
    (other) => transports(other.value).tcp && addressesCollide(other.value.address, value.address),
  )
  if (taken === undefined) return []
  const message = `${formatAddress(value.address)} is taken by ${formatPath(taken.path)} (${formatAddress(taken.value.address)})`
  return [{ path: [...path, 'address'], message }]
}

/** Two routes that could both answer one request, and neither is the more particular. */
function checkRoutes(routes: readonly Part<Route>[]): Problem[] {
  return routes.flatMap(({ path, value }, index) => {
    const earlier = routes.slice(0, index).find((other) => routesCollide(other.value, value))
    if (earlier === undefined) return []
    const shared = value.methods?.filter((method) => earlier.value.methods?.includes(method))
    const what = shared === undefined ? 'this host and path' : `${shared.join(', ')} of this host and path`
    return [{ path, message: `${what} is already used by ${formatPath(earlier.path)}` }]
  })
}

function routesCollide(a: Route, b: Route): boolean {
  if (a.host !== b.host || a.path !== b.path || a.match !== b.match) return false
  if (a.methods === undefined || b.methods === undefined) return a.methods === b.methods
  return a.methods.some((method) => b.methods?.includes(method))
}

function checkRoutedPools({ routes, poolNames }: SoundParts): Problem[] {
  return routes
    .filter(({ value }) => !poolNames.has(value.pool))
    .map(({ path, value }) => {
      const guess = nearest(value.pool, poolNames)
      const advice =
        guess === undefined ? `; there are: ${[...poolNames].join(', ')}` : `; did you mean ${guess}?`
      return { path: [...path, 'pool'], message: `no pool is called ${value.pool}${advice}` }
    })
}

function checkUnique<T>(parts: readonly Part<T>[], key: (value: T) => string, what: string): Problem[] {
  const seen = new Map<string, Path>()
  return parts.flatMap(({ path, value }) => {
    const earlier = seen.get(key(value))
    if (earlier !== undefined) return [{ path, message: `${what} is already used by ${formatPath(earlier)}` }]
    seen.set(key(value), path)
    return []
  })
}

function checkNetworks(names: readonly string[]): Problem[] {
  const problems = names.filter((name) => RESERVED.has(name)).map((name) => reserved(['networks', name]))
  if (names.length > MAX_NETWORKS) {
    const message = `at most ${MAX_NETWORKS} networks may have a name, not ${names.length}: each one multiplies the metrics`
    problems.push({ path: ['networks'], message })
  }
  return problems
}

function reserved(path: Path): Problem {
  return { path, message: 'this name has a meaning of its own in metrics; choose another one' }
}
