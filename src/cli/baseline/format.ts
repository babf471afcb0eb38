/** Figures and tables for people. */
import type { Unit } from './measures.ts'

/** `–` where nothing was measured. */
export function formatFigure(value: number | null, unit: Unit): string {
  if (value === null || !Number.isFinite(value)) return '–'
  switch (unit) {
    case 'count':
      return Math.round(value).toLocaleString('en-US')
    case 'share':
      return `${(value * 100).toFixed(3)} %`
    case 'seconds':
      return `${(value * 1000).toFixed(Math.abs(value) < 0.1 ? 2 : 0)} ms`
    case 'bytes':
      return `${Math.round(value).toLocaleString('en-US')} B`
  }
}

/** A difference of shares is in percentage points: a change from 1 % to 2 % is 1 point, and a ratio of 2. */
export function formatDifference(value: number | null, unit: Unit): string {
  const figure = formatFigure(value, unit)
  return unit === 'share' ? figure.replace('%', 'pp') : figure
}

/** The first column to the left, the others to the right; two blanks between. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `2026-11-03 00:00`; the reader is told elsewhere that it is UTC. */
export function formatTime(time: string | Date): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ')
}
