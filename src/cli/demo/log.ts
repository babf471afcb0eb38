/** The demo's log: requests to a file, so that they do not push the screen away; what went wrong to the terminal too. */
import { openSync } from 'node:fs'
import { pino } from 'pino'
import { LogOutput } from '../log-output.ts'
import { logSettings, openLog, pinoOptions, textStream } from '../logger.ts'
import type { OpenLog } from '../logger.ts'
import { codeOf, UserError } from '../user-error.ts'

/** Without a file everything goes to the terminal, in words. */
export function openDemoLog(file: string | undefined): OpenLog {
  const { level, format } = logSettings({ level: 'info', format: 'text' }, process.env)
  if (file === undefined) return openLog({ level, format })
  const output = new LogOutput(openFile(file))
  const log = pino(
    pinoOptions(level),
    pino.multistream([
      { level, stream: output },
      { level: 'warn', stream: textStream(process.stdout) },
    ]),
  )
  return { log, dropped: () => output.dropped, close: () => output.close() }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (error) {
    throw new UserError(
      `${file} cannot be written (${codeOf(error) ?? String(error)}); --log shows requests here instead`,
      { cause: error },
    )
  }
}
