/** A report's lines: signs and colours for people at a terminal, words for everything else. */
import type { Status } from './check.ts'
import type { CheckReport } from './run.ts'

export type Style = 'colours' | 'signs' | 'words'

const SIGNS: Readonly<Record<Status, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '-' }
const WORDS: Readonly<Record<Status, string>> = { ok: 'ok', warn: 'warning', fail: 'FAILED', skip: 'skipped' }
/** ANSI: green, yellow, red, grey. */
const COLOURS: Readonly<Record<Status, number>> = { ok: 32, warn: 33, fail: 31, skip: 90 }
const TITLE_WIDTH = 20

/** https://no-color.org */
export function styleOf(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  if (stream.isTTY !== true) return 'words'
  return (env['NO_COLOR'] ?? '') === '' ? 'colours' : 'signs'
}

export function renderReport(report: CheckReport, style: Style): string {
  const { status, title } = report
  const found = oneLine(report.found)
  const mark = style === 'words' ? WORDS[status].padEnd(7) : SIGNS[status]
  const shown = style === 'colours' ? `\u001b[${COLOURS[status]}m${mark}\u001b[0m` : mark
  const line = `${shown}  ${title.padEnd(TITLE_WIDTH)} ${found}\n`
  if (!('advice' in report)) return line
  return `${line}${' '.repeat(mark.length + 2 + TITLE_WIDTH)} → ${report.advice}\n`
}

/** Parts of it are other programs' words: no line of theirs, and no control sequence for the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
}
