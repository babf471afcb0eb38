/** Which Moodle the doctor looks at. */
import type { PoolConfig, RoamConfig } from '../../../config/types.ts'
import { basePath } from '../../moodle/recipe.ts'
import { UserError } from '../../user-error.ts'

const HEARTBEAT = '/admin/tool/heartbeat/'

export interface MoodleTarget {
  /** Undefined where nothing says it. */
  readonly wwwroot: URL | undefined
  /** The pool of its nodes; undefined without a configuration. */
  readonly pool: PoolConfig | undefined
}

/**
 * `wwwroot` as --moodle says it, else as the configuration does: the host of the route to a pool whose health checks ask a
 * Moodle's heartbeat, and the port of the first listener with certificates. Undefined: nothing speaks of a Moodle.
 */
export function findMoodle(
  config: RoamConfig | undefined,
  wwwroot: URL | undefined,
): MoodleTarget | undefined {
  if (config === undefined) return wwwroot && { wwwroot, pool: undefined }
  const named = wwwroot && config.routes.find(({ host }) => host === wwwroot.hostname)
  const pool =
    config.pools.find(({ name }) => name === named?.pool) ??
    config.pools.find(({ health }) => health?.path.includes(HEARTBEAT) === true)
  if (wwwroot !== undefined) return { wwwroot, pool: pool ?? config.pools[0] }
  return pool && { wwwroot: wwwrootOf(config, pool), pool }
}

function wwwrootOf({ routes, listeners }: RoamConfig, { name, health }: PoolConfig): URL | undefined {
  const route = routes.find(({ host, pool }) => pool === name && !host.startsWith('*'))
  const secure = listeners.find(({ certificates }) => certificates.length > 0)
  if (route === undefined || secure === undefined) return undefined
  const base = health?.path.slice(0, health.path.indexOf(HEARTBEAT)) ?? ''
  const port = secure.altSvc?.advertisedPort ?? secure.port
  return new URL(`https://${route.host}:${port}${base}/`)
}

/** A path of the site, with the path that the site itself lives under. */
export function sitePath(wwwroot: URL | undefined, path: string): string {
  return `${wwwroot === undefined ? '' : basePath(wwwroot)}${path}`
}

/** Rejects the check with how to tell. */
export function neededWwwroot({ wwwroot }: MoodleTarget): URL {
  if (wwwroot !== undefined) return wwwroot
  throw new UserError('the routes name no host: pass --moodle with the address in $CFG->wwwroot')
}
