/** Nodes of a cluster share caches and sessions by time: more than a second apart, what is fresh on one is old on another. */
import { fail, ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import type { RoamAnswer } from '../get-roam.ts'
import { askNode } from '../moodle/ask.ts'
import { UserError } from '../../user-error.ts'

/** The field Date has whole seconds: less than two cannot be told from none. */
const WARN_SECONDS = 2
const FAIL_SECONDS = 60
const ADVICE = 'Let chrony or systemd-timesyncd set the clocks of all nodes, less than 1 s apart.'

export const moodleClocksCheck: Check = {
  id: 'moodle-clocks',
  title: 'Moodle: clocks',
  async run(context) {
    const { moodle } = context.options
    const nodes = moodle?.pool?.backends
    if (nodes === undefined) return skip('pass --config: it names the nodes')
    // Whatever it is, the answer has a date.
    const target = moodle?.pool?.health?.path ?? '/'
    const clocks = await Promise.all(
      nodes.map(async (node) => ({ id: node.id, ahead: await aheadOf(askNode(context, node, target)) })),
    )
    const known = clocks.flatMap(({ id, ahead }) => (ahead === undefined ? [] : [{ id, ahead }]))
    if (known.length < 2) return skip('fewer than two nodes tell their time to this machine')
    const sorted = known.toSorted((a, b) => a.ahead - b.ahead)
    const [last, first] = [sorted[0]!, sorted.at(-1)!]
    const apart = first.ahead - last.ahead
    if (apart < WARN_SECONDS) return ok(`${known.length} nodes agree`)
    const found = `${first.id} is ${apart.toFixed(0)} s ahead of ${last.id}`
    return apart < FAIL_SECONDS ? warn(found, ADVICE) : fail(found, ADVICE)
  },
}

/** Seconds ahead of this machine; the half second of Date is the best guess. Undefined: not reached, or no Date. */
async function aheadOf(asked: Promise<RoamAnswer>): Promise<number | undefined> {
  try {
    const { headers, at } = await asked
    const date = Date.parse(headers.date ?? '')
    return Number.isNaN(date) ? undefined : (date + 500 - at.getTime()) / 1000
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
