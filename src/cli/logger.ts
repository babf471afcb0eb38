/** The log: JSON for machines, or one readable line each. */
import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import type { RoamConfig } from '../config/types.ts'
import { formatTextLine } from './log-text.ts'
import { UserError } from './user-error.ts'

/**
 * What may wait for a slow reader of standard output before lines are dropped: telemetry must not take the memory that
 * requests need.
 */
const MAX_WAITING_BYTES = 8 * 1024 * 1024

/** Under load lines are written by the block (pino writes 16 KiB at most); without it nobody waits longer than this. */
const WRITE_BYTES = 8 * 1024
const WRITE_EVERY_MS = 200

/** How much is written, and how. */
export type LogSettings = Pick<RoamConfig['log'], 'level' | 'format'>

/** A reader that stands still does not keep the process from ending for longer than this. */
const CLOSE_TIMEOUT_MS = 1000

/** A logger and the end of it. */
export interface OpenLog {
  readonly log: Logger
  /** Resolves when what is still waiting was written, within a second; for the very end of the process. */
  readonly close: () => Promise<void>
}

/** `descriptor`: of an open file; standard output where it is left out. */
export function openLog(settings: LogSettings, descriptor = 1): OpenLog {
  const { level, format } = settings
  const destination = openDestination(descriptor)
  let dropped = 0
  destination.on('drop', () => dropped++)
  const log = pino(pinoOptions(level), format === 'text' ? textStream(destination) : destination)
  destination.on('drain', () => {
    if (dropped === 0) return
    const count = dropped
    dropped = 0
    log.warn({ 'roam.count': count }, 'log lines were dropped: their reader is too slow')
  })
  return { log, close: () => closeDestination(destination) }
}

/** Where lines go: without waiting for the reader, and without keeping more than MAX_WAITING_BYTES for it. */
export function openDestination(descriptor: number): Destination {
  const destination = pino.destination({
    dest: descriptor,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
    minLength: WRITE_BYTES,
    periodicFlush: WRITE_EVERY_MS,
  })
  // A reader that is gone (head, a closed terminal) ends the log, not the load balancer.
  destination.on('error', () => {})
  return destination
}

/** Writes what waits, then closes. */
export async function closeDestination(destination: Destination): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const tooLong = setTimeout(() => resolve(undefined), CLOSE_TIMEOUT_MS)
  destination.once('close', () => resolve(undefined))
  destination.end()
  await promise
  clearTimeout(tooLong)
}

type Destination = ReturnType<typeof pino.destination>

/** Lines as people read them, into another stream. */
export function textStream(target: { write(text: string): unknown }): DestinationStream {
  return { write: (line) => void target.write(formatTextLine(line)) }
}

/** Level names instead of numbers, ISO time, no process id and host name in every line: the collector knows them. */
export function pinoOptions(level: string) {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
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
