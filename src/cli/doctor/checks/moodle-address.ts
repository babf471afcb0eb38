/** The site as a browser gets it: the trap of host and port in $CFG->wwwroot. */
import { recipeFor, siteOf } from '../../moodle/recipe.ts'
import { skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import { judge } from '../moodle/advice.ts'
import { askSite } from '../moodle/ask.ts'
import { visit } from '../moodle/outcome.ts'
import { neededWwwroot } from '../moodle/target.ts'

export const moodleAddressCheck: Check = {
  id: 'moodle-address',
  title: 'Moodle: address',
  async run(context) {
    const { moodle } = context.options
    if (moodle === undefined) return skip('--moodle is not given')
    const wwwroot = neededWwwroot(moodle)
    const outcome = await visit(wwwroot, (target) => askSite(context, wwwroot, target))
    const hostHeader = moodle.pool?.hostHeader
    const result = judge(siteOf(wwwroot), outcome, wwwroot, hostHeader)
    const recipe = recipeFor(wwwroot)
    if (result.status !== 'ok' || hostHeader === undefined || hostHeader === recipe.hostHeader) return result
    return warn(
      `${result.found}; but recipe ${recipe.name}, which its port asks for, is not what is configured`,
      `It works by the way this node’s web server counts ports. In the pool of Roam’s configuration: hostHeader: ${recipe.hostHeader}; config.php of every node: ${recipe.lines.map(({ code }) => code).join(' ')}`,
    )
  },
}
