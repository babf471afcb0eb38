/** What a check is, and what it finds. To add one: a file in checks/, a line in checks.ts. */
import type { DoctorContext } from './context.ts'

export type CheckResult =
  | { readonly status: 'ok'; readonly found: string }
  /** It works, and something is to be done before it no longer does. */
  | { readonly status: 'warn'; readonly found: string; readonly advice: string }
  | { readonly status: 'fail'; readonly found: string; readonly advice: string }
  /** It could not be looked at; `found` says why. */
  | { readonly status: 'skip'; readonly found: string }

export type Status = CheckResult['status']

export interface Check {
  /** For programs; does not change. */
  readonly id: string
  readonly title: string
  /**
   * A UserError that it rejects with means that something it needs is not there, which another check reports: the check is
   * skipped with the error's words.
   */
  run(context: DoctorContext): Promise<CheckResult>
}

export const ok = (found: string): CheckResult => ({ status: 'ok', found })
export const warn = (found: string, advice: string): CheckResult => ({ status: 'warn', found, advice })
export const fail = (found: string, advice: string): CheckResult => ({ status: 'fail', found, advice })
export const skip = (found: string): CheckResult => ({ status: 'skip', found })
