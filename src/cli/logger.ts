/** The log: JSON for machines, or one readable line each. */
import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import type { RoamConfig } from '../config/types.ts'
import { LogOutput } from './log-output.ts'
import { formatTextLine } from './log-text.ts'
import { UserError } from './user-error.ts'

/** How much is written, and how. */
export type LogSettings = Pick<RoamConfig['log'], 'level' | 'format'>

/** A logger and the end of it. */
export interface OpenLog {
  readonly log: Logger
  /** How many lines are missing so far. */
  readonly dropped: () => number
  /** Resolves when what is still waiting was written, within a second; for the very end of the process. */
  readonly close: () => Promise<void>
}

/** `descriptor`: of an open file; standard output where it is left out. */
export function openLog(settings: LogSettings, descriptor = 1): OpenLog {
  const { level, format } = settings
  const output = new LogOutput(descriptor, (lines) =>
    log.warn({ 'roam.count': lines }, 'log lines were dropped: their reader is too slow'),
  )
  const log: Logger = pino(pinoOptions(level), format === 'text' ? textStream(output) : output)
  return { log, dropped: () => output.dropped, close: () => output.close() }
}

/** Lines as people read them, into another stream. */
export function textStream(target: { write(text: string): unknown }): DestinationStream {
  return { write: (line) => void target.write(formatTextLine(line)) }
}

/** Level names instead of numbers, ISO time, no process id and host name in every line: the collector knows them. */
export function pinoOptions(level: string) {
  return {
    level,
    base: null,
    timestamp: isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
}

let lastTime = 0
let lastText = ''

/** pino's own isoTime, but formatted once a millisecond, not once a line. */
function isoTime(): string {
  const now = Date.now()
  if (now !== lastTime) {
    lastTime = now
    lastText = `,"time":"${new Date(now).toISOString()}"`
  }
  return lastText
}

/** LOG_LEVEL and LOG_FORMAT win over the file: for one run that is to say more. */
export function logSettings(settings: LogSettings, environment: NodeJS.ProcessEnv): LogSettings {
  return {
    level: choice('LOG_LEVEL', environment['LOG_LEVEL'], ['debug', 'info', 'warn', 'error'], settings.level),
    format: choice('LOG_FORMAT', environment['LOG_FORMAT'], ['json', 'text'], settings.format),
  }
}

function choice<T extends string>(
  name: string,
  value: string | undefined,
  known: readonly T[],
  otherwise: T,
): T {
  if (value === undefined || value === '') return otherwise
  const found = known.find((word) => word === value)
  if (found === undefined)
    throw new UserError(`${name} must be one of ${known.join(', ')}, not ${JSON.stringify(value)}`)
  return found
}
