/** Where the process begins and ends: arguments, exit codes. No other file ends the process. */
import { tuneForOneCore } from './cli/one-core.ts'
import { createProgram, misuseCode } from './cli/program.ts'
import { UserError } from './cli/user-error.ts'
import { ConfigError } from './config/problem.ts'

/** sysexits.h: EX_SOFTWARE. A monitor can tell a bug from a wrong configuration. */
const INTERNAL_ERROR = 70

process.on('uncaughtException', (error) => process.exit(report(error)))

tuneForOneCore()
process.exit(await run())

async function run(): Promise<number> {
  try {
    await createProgram().parseAsync()
    return 0
  } catch (error) {
    return report(error)
  }
}

/** Says what happened on standard error; answers with the exit code. */
function report(error: unknown): number {
  const misuse = misuseCode(error)
  if (misuse !== undefined) return misuse
  if (error instanceof ConfigError || error instanceof UserError) {
    process.stderr.write(error instanceof UserError ? `roam: ${error.message}\n` : `${error.message}\n`)
    return 1
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`roam: internal error, please report it\n${stack}\n`)
  return INTERNAL_ERROR
}
