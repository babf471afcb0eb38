/** Every node by itself: by way of Roam one only sees the node that happened to answer. */
import { skip } from '../check.ts'
import type { Check } from '../check.ts'
import { judge } from '../moodle/advice.ts'
import { askNode } from '../moodle/ask.ts'
import { eachNode } from '../moodle/nodes.ts'
import { visit } from '../moodle/outcome.ts'
import { neededWwwroot } from '../moodle/target.ts'

export const moodleNodesCheck: Check = {
  id: 'moodle-nodes',
  title: 'Moodle: nodes',
  async run(context) {
    const { moodle } = context.options
    if (moodle === undefined) return skip('--moodle is not given')
    const wwwroot = neededWwwroot(moodle)
    return eachNode(context, async (node) => {
      const outcome = await visit(wwwroot, (target) => askNode(context, node, target))
      return judge(node.id, outcome, wwwroot, moodle.pool?.hostHeader)
    })
  },
}
