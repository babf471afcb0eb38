/** Baseline files: read with suspicion, written whole or not at all. */
import { readFileSync } from 'node:fs'
import { codeOf, UserError } from '../user-error.ts'
import { writeWhole } from '../write-whole.ts'
import type { Baseline } from './baseline.ts'
import { findFlaw } from './flaw.ts'

/** Throws a UserError for what is no baseline. */
export function readBaseline(file: string): Baseline {
  const baseline = readBaselineIfThere(file)
  if (baseline === undefined) throw new UserError(`${file} does not exist`)
  return baseline
}

/** Undefined where there is no such file. */
export function readBaselineIfThere(file: string): Baseline | undefined {
  const text = readText(file)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text, (_key, part: unknown) => (part === '+Inf' ? Infinity : part))
  } catch (error) {
    throw new UserError(`${file} is damaged or no baseline: it holds no JSON. It was left as it is.`, {
      cause: error,
    })
  }
  const flaw = findFlaw(value)
  if (flaw !== undefined) throw new UserError(`${file} is no baseline: ${flaw}. It was left as it is.`)
  return value as Baseline
}

/** The whole file or nothing: see write-whole.ts. */
export function writeBaseline(file: string, baseline: Baseline): void {
  const spread = JSON.stringify(baseline, (_key, part: unknown) => (part === Infinity ? '+Inf' : part), 1)
  // A bucket a line, for people and for diffs.
  const text = spread.replace(/\[\s+([^\s[\]{}]+),\s+([^\s[\]{}]+)\s+\]/g, '[$1, $2]')
  writeWhole(file, `${text}\n`)
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new UserError(`${file} cannot be read (${codeOf(error) ?? String(error)})`, { cause: error })
  }
}
