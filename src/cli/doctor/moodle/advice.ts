/** From what a Moodle did to the line that mends it. */
import type { PoolConfig } from '../../../config/types.ts'
import { recipeFor, REVERSEPROXY, SSLPROXY, wwwrootLine } from '../../moodle/recipe.ts'
import { fail, ok, warn } from '../check.ts'
import type { CheckResult } from '../check.ts'
import type { Outcome } from './outcome.ts'

/** `who`: the site or a node. `hostHeader` undefined: not known. */
export function judge(
  who: string,
  outcome: Outcome,
  wwwroot: URL,
  hostHeader: PoolConfig['hostHeader'] | undefined,
): CheckResult {
  const found = `${who}: ${outcome.found}`
  if (outcome.kind === 'page') return ok(found)
  if (outcome.kind === 'maintenance') return warn(found, MAINTENANCE)
  if (outcome.kind === 'roam') return fail(found, adviseRoam(outcome.code, wwwroot))
  if (outcome.kind === 'other') {
    return fail(
      found,
      `Look at /login/index.php in a browser, and at the error log of the node’s web server. If the page speaks of a reverse proxy, in whatever language: ${mendAbused(wwwroot)}`,
    )
  }
  const recipe = recipeFor(wwwroot)
  const lines = recipe.lines.map(({ code }) => code).join(' ')
  const without = recipe.forbidden === undefined ? '' : `, without ${recipe.forbidden}`
  const whole = `Recipe ${recipe.name} in full: config.php of every node: ${lines}${without}; pool in Roam: hostHeader: ${recipe.hostHeader}.`
  return fail(found, `${mend(outcome, wwwroot, hostHeader)} ${whole}`)
}

export const MAINTENANCE =
  'Meant so? Else on a node: php admin/cli/maintenance.php --disable (Moodle’s own switch is Site administration > Server > Maintenance mode).'

function mend(
  outcome: Exclude<Outcome, { kind: 'page' | 'maintenance' | 'roam' | 'other' }>,
  wwwroot: URL,
  hostHeader: PoolConfig['hostHeader'] | undefined,
): string {
  const recipe = recipeFor(wwwroot)
  const wrongHost = hostHeader !== undefined && hostHeader !== recipe.hostHeader
  const host = `hostHeader: ${recipe.hostHeader}`
  if (outcome.kind === 'elsewhere')
    return `config.php names another site: ${wwwrootLine(wwwroot)} (or pass --moodle with the right one).`
  if (outcome.kind === 'abused') return mendAbused(wwwroot)
  if (outcome.bare) return `Missing in config.php: ${SSLPROXY}`
  if (recipe.name === 'A')
    return `The node does not get the name of wwwroot as Host${wrongHost ? `. In the pool of Roam’s configuration: ${host}` : ': something between Roam and Moodle changes it, or config.php has a port in wwwroot'}.`
  return `Missing in config.php: ${REVERSEPROXY}${wrongHost ? ` And in the pool of Roam’s configuration: ${host}.` : ''}`
}

function mendAbused(wwwroot: URL): string {
  const { name, hostHeader } = recipeFor(wwwroot)
  return name === 'A'
    ? `Take out of config.php: ${REVERSEPROXY}`
    : `Moodle gets its public name as Host. In the pool of Roam’s configuration: hostHeader: ${hostHeader}.`
}

function adviseRoam(code: string, { hostname }: URL): string {
  if (code === 'NO_ROUTE')
    return `No route is for this name. In Roam’s configuration: routes: [{ host: ${hostname}, … }], or pass --moodle with the name that is meant.`
  if (code === 'NO_BACKEND')
    return 'No node passes its health check: see Moodle: heartbeat, and the node’s own answers above it.'
  return 'docs/ERRORS.md explains the word; see also what the other checks say of the nodes.'
}
