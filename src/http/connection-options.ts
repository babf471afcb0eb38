import { classifyToken, trimSpace } from './chars.ts'
import { malformed, shown } from './malformed.ts'

/** End-to-end fields that other stages decide by. Dropping one because the client says so would change its meaning. */
const PROTECTED: ReadonlySet<string> = new Set([
  'authorization',
  'client-ip',
  'content-length',
  'content-type',
  'cookie',
  'early-data',
  'forwarded',
  'host',
  'transfer-encoding',
  'x-real-ip',
  'x-request-id',
])

/**
 * Field names that a request's Connection field nominates (RFC 9110 §7.6.1). Throws where it nominates a field that is
 * not a hop's own business.
 */
export function nominatedFields(value: string, nominated: ReadonlySet<string> = NONE): ReadonlySet<string> {
  // What nearly every client sends.
  if (value === 'keep-alive' || value === 'close' || value === 'Keep-Alive') return nominated
  const names = new Set(nominated)
  for (const option of connectionOptions(value)) {
    if (classifyToken(option) === 'invalid') throw malformed('connection: not a token')
    if (PROTECTED.has(option) || option.startsWith('x-forwarded-')) {
      throw malformed(`connection: nominates ${shown(option)}`)
    }
    names.add(option)
  }
  return names
}

/** The options of a Connection field, in lower case, without empty elements. */
export function connectionOptions(value: string): string[] {
  const options: string[] = []
  for (const part of value.split(',')) {
    const option = trimSpace(part).toLowerCase()
    if (option !== '') options.push(option)
  }
  return options
}

/** No field nominated. */
export const NONE: ReadonlySet<string> = new Set()
