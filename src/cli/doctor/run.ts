/** Runs the checks one after the other: side by side they would slow down each other's answers. */
import { UserError } from '../user-error.ts'
import { skip } from './check.ts'
import type { Check, CheckResult } from './check.ts'
import type { DoctorContext } from './context.ts'

export type CheckReport = CheckResult & Pick<Check, 'id' | 'title'>

/** Each result as soon as it is there. A check that fails does not keep the others from running. */
export async function* runChecks(
  checks: readonly Check[],
  context: DoctorContext,
): AsyncGenerator<CheckReport> {
  for (const check of checks) {
    yield { id: check.id, title: check.title, ...(await runOne(check, context)) }
  }
}

async function runOne(check: Check, context: DoctorContext): Promise<CheckResult> {
  try {
    return await check.run(context)
  } catch (error) {
    if (error instanceof UserError) return skip(error.message)
    throw error
  }
}
