/** The health check as Roam makes it, and what it cannot tell: maintenance answers 200. */
import { fail, ok, skip, warn } from '../check.ts'
import type { Check, CheckResult } from '../check.ts'
import type { RoamAnswer } from '../get-roam.ts'
import { MAINTENANCE } from '../moodle/advice.ts'
import { askNode } from '../moodle/ask.ts'
import { eachNode } from '../moodle/nodes.ts'
import { recipeFor } from '../../moodle/recipe.ts'

export const moodleHeartbeatCheck: Check = {
  id: 'moodle-heartbeat',
  title: 'Moodle: heartbeat',
  async run(context) {
    const { moodle } = context.options
    const health = moodle?.pool?.health
    if (moodle?.pool !== undefined && health === undefined) {
      return warn(
        'the pool has no health checks',
        'Install the plugin tool_heartbeat, and give the pool: health: { path: /admin/tool/heartbeat/ }',
      )
    }
    if (health === undefined) return skip('pass --config: it names the nodes')
    const wanted =
      moodle?.wwwroot && recipeFor(moodle.wwwroot).name === 'A' ? moodle.wwwroot.hostname : undefined
    return eachNode(context, async (node) => {
      const answer = await askNode(context, node, health.path, health.host ?? node.url.host)
      return judgeHeartbeat(node.id, answer, wanted)
    })
  },
}

function judgeHeartbeat(id: string, { status, body }: RoamAnswer, wanted: string | undefined): CheckResult {
  const text = body.trim().split('\n')[0]?.slice(0, 80) ?? ''
  if (/MAINTENANCE/.test(body)) return warn(`${id}: "${text}"`, MAINTENANCE)
  const found = `${id}: status ${status}`
  if (status === 200) return ok(found)
  if (status === 404) {
    return fail(
      found,
      'The plugin tool_heartbeat is not installed: https://moodle.org/plugins/tool_heartbeat; or let health.path be a static file.',
    )
  }
  if (status >= 300 && status < 400) {
    const host = wanted === undefined ? 'without health.host' : `with health.host: ${wanted}`
    return fail(
      `${found}, a redirect`,
      `Moodle answers to one name only: configure the health check ${host}. If the address fails too, mend that first.`,
    )
  }
  return fail(`${found} "${text}"`, 'The node says what it misses: disk, session store or database.')
}
