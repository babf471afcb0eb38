/** An operator's changes to heads (`requestHeaders` and `responseHeaders` of a route). */
import type { Fields } from '../core/exchange.ts'
import { FRAMING_FIELDS } from '../core/framing.ts'
import type { HeaderRules } from '../core/ports.ts'

/**
 * Removes, then sets, then adds. What frames a message, or says which host it is for, stays as it is: the configuration
 * refuses such rules, and this is why nothing else that makes rules can break a message either.
 */
export function changeFields(fields: Fields, rules: HeaderRules): Fields {
  return isIdle(rules) ? fields : change(fields, rules, NOTHING)
}

/**
 * The same for an answer that Roam gives itself. What such an answer says of itself is not the application's to set: a page
 * that says 503 must not become cacheable because the application's pages are.
 */
export function changeOwnFields(fields: Fields, rules: HeaderRules): Fields {
  return isIdle(rules) ? fields : change(fields, rules, new Set(fields.filter((_, i) => i % 2 === 0)))
}

const NOTHING: ReadonlySet<string> = new Set()

function isIdle({ remove, set, add }: HeaderRules): boolean {
  return remove.length === 0 && set.length === 0 && add.length === 0
}

/** `kept`: names that are not set or added. */
function change(fields: Fields, { remove, set, add }: HeaderRules, kept: ReadonlySet<string>): Fields {
  const changed: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    const goes = remove.includes(name) || (!kept.has(name) && hasName(set, name))
    if (!goes || isUntouchable(name)) changed.push(name, fields[i + 1] as string)
  }
  for (const extra of [set, add])
    for (let i = 0; i < extra.length; i += 2) {
      const name = extra[i] as string
      if (!kept.has(name) && !isUntouchable(name)) changed.push(name, extra[i + 1] as string)
    }
  return changed
}

function hasName(fields: Fields, name: string): boolean {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return true
  return false
}

function isUntouchable(name: string): boolean {
  return name === 'host' || FRAMING_FIELDS.has(name)
}
