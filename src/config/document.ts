/** YAML text → plain values, and the line on which each of them stands. */
import { EVENT_ID, YAMLException, getScalarValue, load, parseEvents } from 'js-yaml'
import type { Event } from 'js-yaml'
import { ConfigError } from './problem.ts'
import type { Path } from './problem.ts'

/** A file that was read, not yet believed. */
export interface Document {
  readonly file: string
  readonly value: unknown
  /** The 1-based line of a key or list entry, else that of the nearest parent that exists. */
  lineOf(path: Path): number | undefined
}

/** Throws a ConfigError with line and column where the text is not YAML. */
export function readDocument(file: string, text: string): Document {
  if (text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) {
    throw new ConfigError(file, [
      { path: [], message: 'is empty; roam init --force writes one to start from' },
    ])
  }
  const lines = new Map<string, number>()
  const value = parse(file, text)
  mapLines(text, lines)
  return {
    file,
    value,
    lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const line = lines.get(JSON.stringify(path.slice(0, length)))
        if (line !== undefined) return line
      }
      return undefined
    },
  }
}

function parse(file: string, text: string): unknown {
  try {
    return load(text)
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const mark = error.mark
    const place = mark === undefined ? {} : { line: mark.line + 1, column: mark.column + 1 }
    throw new ConfigError(file, [{ path: [], message: `not valid YAML: ${error.reason}`, ...place }])
  }
}

/** An open mapping or list while walking the flat events. */
interface Level {
  readonly path: Path
  readonly mapping: boolean
  /** The key that the next value belongs to; undefined while a key is expected. */
  key: string | undefined
  index: number
}

function mapLines(text: string, lines: Map<string, number>): void {
  const lineAt = lineCounter(text)
  const levels: Level[] = []
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) {
      levels.pop()
      continue
    }
    const start = startOf(event)
    if (start === undefined) continue
    const level = levels.at(-1)
    if (level?.mapping === true && level.key === undefined) {
      level.key = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : ''
      lines.set(JSON.stringify([...level.path, level.key]), lineAt(start))
      continue
    }
    const path = level === undefined ? [] : [...level.path, level.key ?? level.index]
    // A value's own line is its key's line: that is where one looks for it.
    if (level?.mapping !== true) lines.set(JSON.stringify(path), lineAt(start))
    if (level !== undefined) {
      level.key = undefined
      level.index++
    }
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      levels.push({ path, mapping: event.type === EVENT_ID.MAPPING, key: undefined, index: 0 })
    }
  }
}

function startOf(event: Event): number | undefined {
  if (event.type === EVENT_ID.SCALAR) return Math.max(event.valueStart, 0)
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart
  return undefined
}

/** Offsets come in rising order nearly always, so counting goes on from the last one. */
function lineCounter(text: string): (offset: number) => number {
  let position = 0
  let line = 1
  return (offset) => {
    if (offset < position) [position, line] = [0, 1]
    for (; position < offset; position++) if (text[position] === '\n') line++
    return line
  }
}
