import type { Fields } from '../../core/exchange.ts'

/**
 * Values of the cookies of one name, in the client's order, `most` at most: whatever sets cookies for a parent domain or
 * another path can add some of the same name (RFC 6265 §5.4). Quotes around a value are not part of it.
 */
export function cookieValues(fields: Fields, name: string, most: number): readonly string[] {
  const values: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== 'cookie' || !fields[i + 1]!.includes(name)) continue
    for (const pair of pairsOf(fields[i + 1]!)) {
      if (values.length === most) return values
      if (isNamed(pair, name)) values.push(unquoted(pair.slice(name.length + 1)))
    }
  }
  return values
}

/** The fields without the cookies of one name, which are none of the backend's business; the same object where there are none. */
export function withoutCookie(fields: Fields, name: string): Fields {
  let out: string[] | undefined
  for (let i = 0; i < fields.length; i += 2) {
    const field = fields[i + 1]!
    const kept = fields[i] === 'cookie' && field.includes(name) ? without(field, name) : field
    if (out === undefined && kept !== field) out = fields.slice(0, i)
    if (kept !== undefined) out?.push(fields[i]!, kept)
  }
  return out ?? fields
}

/** Undefined: nothing is left. What holds no such cookie stays byte for byte. */
function without(field: string, name: string): string | undefined {
  const pairs = pairsOf(field)
  const kept = pairs.filter((pair) => !isNamed(pair, name))
  if (kept.length === pairs.length) return field
  return kept.filter((pair) => pair !== '').join('; ') || undefined
}

const pairsOf = (field: string) => field.split(';').map((pair) => pair.trim())
const isNamed = (pair: string, name: string) => pair.startsWith(name) && pair[name.length] === '='
const unquoted = (value: string) =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
