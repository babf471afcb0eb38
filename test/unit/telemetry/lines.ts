import pino, { type Logger } from 'pino'

/** A real pino logger whose lines can be read back. */
export function recorder(level = 'info'): {
  readonly log: Logger
  readonly lines: string[]
  readonly parsed: () => Line[]
} {
  const lines: string[] = []
  const log = pino({ base: null, level }, { write: (line: string) => lines.push(line) })
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Line) }
}

export type Line = Readonly<Record<string, unknown>>
