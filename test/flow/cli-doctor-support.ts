/** `roam doctor` as a program reads it. */
import { roam } from '../unit/cli/support.ts'

export interface Diagnosis {
  readonly code: number | null
  readonly stderr: string
  /** `status: found → advice` of a check, by its id. */
  readonly checks: Readonly<Record<string, string>>
}

export function doctor(...args: readonly string[]): Promise<Diagnosis> {
  return doctorWith({}, ...args)
}

/** With these variables of the environment besides. */
export async function doctorWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Diagnosis> {
  const { code, stdout, stderr } = await roam(['doctor', '--json', ...args], { env })
  if (stdout === '') throw new Error(stderr)
  const { checks } = JSON.parse(stdout) as {
    checks: { id: string; status: string; found: string; advice?: string }[]
  }
  return {
    code,
    stderr,
    checks: Object.fromEntries(
      checks.map(({ id, status, found, advice }) => [
        id,
        `${status}: ${found}${advice === undefined ? '' : ` → ${advice}`}`,
      ]),
    ),
  }
}
