/** The same question to every node, and one result for all. */
import type { BackendConfig } from '../../../config/types.ts'
import { UserError } from '../../user-error.ts'
import { ok, skip } from '../check.ts'
import type { CheckResult } from '../check.ts'
import type { DoctorContext } from '../context.ts'

/** The worst of the results is the check's; nodes that cannot be reached from this machine are named, not blamed. */
export async function eachNode(
  { options: { moodle } }: DoctorContext,
  look: (node: BackendConfig) => Promise<CheckResult>,
): Promise<CheckResult> {
  const nodes = moodle?.pool?.backends
  if (nodes === undefined) return skip('pass --config: it names the nodes')
  const results = await Promise.all(nodes.map((node) => orSkipped(node, look)))
  const asked = results.filter(({ status }) => status !== 'skip')
  if (asked.length === 0) {
    return skip(`no node can be reached from this machine: ${results[0]?.found ?? ''}`)
  }
  const found = results.map((result) => result.found).join('; ')
  for (const status of ['fail', 'warn'] as const) {
    const bad = results.find((result) => result.status === status)
    if (bad !== undefined && 'advice' in bad) return { status, found, advice: bad.advice }
  }
  return ok(found)
}

async function orSkipped(
  node: BackendConfig,
  look: (node: BackendConfig) => Promise<CheckResult>,
): Promise<CheckResult> {
  try {
    return await look(node)
  } catch (error) {
    if (error instanceof UserError) return skip(`${node.id}: ${error.message}`)
    throw error
  }
}
