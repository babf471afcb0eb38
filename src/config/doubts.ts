/** What is allowed and seldom meant: warnings. */
import { formatPath } from './problem.ts'
import type { PoolConfig, RoamConfig, RouteConfig } from './types.ts'

/** One sentence each. */
export function doubts(config: RoamConfig): string[] {
  return [
    ...config.pools.flatMap(poolDoubts),
    ...config.routes.flatMap((route, index) => routeDoubts(route, index, config.pools)),
    ...cookieDoubts(config),
    ...secretDoubts(config),
    ...metricsDoubts(config),
  ]
}

function poolDoubts(pool: PoolConfig): string[] {
  const at = (...keys: string[]) => formatPath(['pools', pool.name, ...keys])
  const found: string[] = []
  if (pool.health === undefined) {
    found.push(`${at()} has no health: only failing requests will show a dead backend`)
  }
  const encrypted = pool.backends.some(({ url }) => url.protocol === 'https:')
  if (!encrypted && (pool.tls.ca !== undefined || pool.tls.serverName !== undefined)) {
    found.push(`${at('tls')} has no effect: no backend of the pool has an https: URL`)
  }
  const { totalMs, firstByteMs } = pool.timeouts
  if (totalMs !== undefined && totalMs < firstByteMs) {
    found.push(`${at('timeouts', 'total')} is shorter than firstByte, which is then without effect`)
  }
  return found
}

function routeDoubts(route: RouteConfig, index: number, pools: readonly PoolConfig[]): string[] {
  if (!('totalMs' in route.timeouts) && route.timeouts.firstByteMs === undefined) return []
  const { totalMs, firstByteMs } = {
    ...pools.find(({ name }) => name === route.pool)?.timeouts,
    ...route.timeouts,
  }
  if (totalMs === undefined || firstByteMs === undefined || totalMs >= firstByteMs) return []
  const path = formatPath(['routes', index, 'timeouts'])
  return [`${path}: total is shorter than firstByte, which is then without effect`]
}

/** A browser has one cookie of a name for a host: what one pool sets, the other does not know, and replaces. */
function cookieDoubts({ pools, routes }: RoamConfig): string[] {
  const cookieOf = ({ affinity }: PoolConfig) => (affinity?.by === 'cookie' ? affinity.cookie : undefined)
  const hostsOf = ({ name }: PoolConfig) => routes.filter(({ pool }) => pool === name).map(({ host }) => host)
  const share = (a: PoolConfig, b: PoolConfig) =>
    hostsOf(a).some((one) => hostsOf(b).some((other) => mayBeOne(one, other)))
  return pools.flatMap((pool, index) => {
    const cookie = cookieOf(pool)
    if (cookie === undefined) return []
    const other = pools.slice(0, index).find((one) => cookieOf(one) === cookie && share(one, pool))
    if (other === undefined) return []
    const path = formatPath(['pools', pool.name, 'affinity', 'cookie'])
    return [
      `${path}: pool ${other.name} has the same cookie ${cookie} for the same host, so clients would keep no backend; give it another name`,
    ]
  })
}

/** Could a request be for both? */
function mayBeOne(host: string, other: string): boolean {
  const covers = (wide: string, narrow: string) =>
    wide === '*' || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)))
  return host === other || covers(host, other) || covers(other, host)
}

function secretDoubts({ pools, secretFile }: RoamConfig): string[] {
  const pinned = pools.find(({ affinity }) => affinity?.by === 'cookie')
  if (pinned === undefined || secretFile !== undefined) return []
  const path = formatPath(['pools', pinned.name, 'affinity'])
  return [`${path}: cookies of clients are worthless after a restart without secretFile; set it`]
}

function metricsDoubts({ metrics }: RoamConfig): string[] {
  const everybody = metrics.allow.filter((range) => range.endsWith('/0'))
  if (everybody.length === 0) return []
  return [`metrics.allow: ${everybody.join(' and ')} lets everybody read the metrics of this site`]
}
