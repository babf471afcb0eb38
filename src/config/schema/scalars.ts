/** The kinds of value that a configuration is made of. Each decodes what an operator writes into what the code wants. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { parseAddress } from '../address.ts'
import { expandRange, networkMeant } from '../ranges.ts'
import { parseDuration, parsePercent, parseSize } from '../units.ts'

/** One part of a host name. */
export const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)

/** What docs/CONFIG.md says of a key. */
export interface KeyDocs {
  /** One or two sentences for an operator. */
  readonly description: string
  /** How the value is written, where the JSON type does not say it. */
  readonly unit?: string
  /** Why the default is what it is. */
  readonly source?: string
}

/** A duration with a unit → milliseconds. */
export function duration(docs: KeyDocs, bounds: { min?: string; max?: string } = {}) {
  const text = 'a duration such as 250ms, 15s, 2m or 24h'
  return quantity(text, parseDuration, bounds).meta({ ...docs, unit: 'duration' })
}

/** A duration, or `none` for no limit. */
export function durationOrNone(docs: KeyDocs, bounds: { min?: string; max?: string } = {}) {
  const text = 'a duration such as 250ms, 15s, 2m or 24h, or none'
  const parse = (value: string) => (value === 'none' ? 'none' : parseDuration(value))
  return decoded<number | 'none'>(text, parse)
    .transform((value, context) => {
      if (value !== 'none') checkBounds(value, parseDuration, bounds, context)
      return value
    })
    .meta({ ...docs, unit: 'duration or none' })
}

/** A size with a unit → bytes. */
export function size(docs: KeyDocs, bounds: { min?: string; max?: string } = {}) {
  const text = 'a size such as 512B, 64KiB or 10MB'
  return quantity(text, parseSize, bounds).meta({ ...docs, unit: 'size' })
}

/** A percentage → a ratio between 0 and 1. */
export function percent(docs: KeyDocs, bounds: { min?: string; max?: string } = {}) {
  return quantity('a percentage from 0% to 100%', parsePercent, bounds).meta({ ...docs, unit: 'percent' })
}

/** A whole number. */
export function count(docs: KeyDocs, bounds: { min: number; max: number }) {
  return z
    .int({ error: wrongType('a whole number') })
    .min(bounds.min)
    .max(bounds.max)
    .meta({ ...docs })
}

/** A number above a bound, or `off`. */
export function numberOrOff(docs: KeyDocs, bounds: { min: number; max: number; whole: boolean }) {
  const { min, max, whole } = bounds
  const expected = `${whole ? 'a whole number' : 'a number'} from ${min} to ${max}, or off`
  const number = (whole ? z.int() : z.number()).min(min).max(max)
  return z
    .union([number, z.enum(['off']), z.literal(false)], {
      error: ({ input }) =>
        input === undefined ? undefined : `must be ${expected}, not ${describeValue(input)}`,
    })
    .transform((value): number | undefined => (typeof value === 'number' ? value : undefined))
    .meta({ ...docs, unit: `${min} … ${max}, or \`off\`` })
}

/** `on` and `off` read as well as `true` and `false`, so both are understood. */
export function flag(docs: KeyDocs) {
  return z
    .union([z.boolean(), z.enum(['on', 'off'])], { error: wrongType('on or off (or true, false)') })
    .transform((value) => value === true || value === 'on')
    .meta({ ...docs, unit: 'on or off' })
}

/** Text that is not empty. */
export function text(docs: KeyDocs) {
  return z
    .string({ error: wrongType('text') })
    .min(1, 'must not be empty')
    .meta({ ...docs })
}

/** Text of a certain form. */
export function pattern(docs: KeyDocs, form: RegExp, message: string) {
  return z
    .string({ error: wrongType('text') })
    .regex(form, message)
    .meta({ ...docs })
}

/** A host name without port; never an address. */
export function hostName(docs: KeyDocs) {
  return text(docs).refine((value) => HOST_NAME.test(value) && isIP(value) === 0, {
    error: ({ input }) => `must be a host name without port, not ${describeValue(input)}`,
  })
}

/** A name of the kind that cookies, methods and header fields have (RFC 9110 §5.6.2). */
export function isToken(value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)
}

/** A path of a request target. */
export function urlPath(docs: KeyDocs) {
  return pattern(docs, /^\/[^?#\s]*$/, "must start with '/' and hold no '?', '#' or space")
}

/** An address to listen on. */
export function address(docs: KeyDocs) {
  const expected = 'an address with a port, such as :9443, 0.0.0.0:9443, 127.0.0.1:9443 or [::1]:9443'
  return decoded(expected, parseAddress).meta({ ...docs, unit: 'address:port' })
}

/** A list of client networks → CIDR ranges without words. */
export function ranges(docs: KeyDocs) {
  const expected =
    'an address, a range such as 10.20.0.0/16 or 2001:db8::/32, or the word loopback or private'
  return z
    .array(decoded(expected, expandRange, hostBits), { error: wrongType('a list of ranges') })
    .transform((lists) => lists.flat())
    .meta({ ...docs, unit: 'list of ranges' })
}

/** An error function for a value of the wrong type; everything else, a missing key too, gets the general message. */
export function wrongType(expected: string) {
  return ({ code, input }: { readonly code?: string; readonly input?: unknown }): string | undefined => {
    const isType = code === 'invalid_type' || code === 'invalid_union'
    return isType && input !== undefined ? `must be ${expected}, not ${describeValue(input)}` : undefined
  }
}

/** A value in a message: short, and never a whole mapping. */
export function describeValue(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const shown = JSON.stringify(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}

/** A range that names a host says two things at once: which of them was meant is not for Roam to guess. */
function hostBits(text: string): string | undefined {
  const network = networkMeant(text)
  if (network === undefined) return undefined
  const host = text.slice(0, text.indexOf('/'))
  return `must be ${network} for the network, or ${host} for the one address, not ${describeValue(text)}`
}

/** Text that `parse` understands, as what it means. `object` answers with a message where it has a better one, or where a value that can be read is not to be used. */
export function decoded<T>(
  expected: string,
  parse: (text: string) => T | undefined,
  object: (text: string) => string | undefined = () => undefined,
) {
  return z.string({ error: wrongType(expected) }).transform((text, context): T => {
    const value = parse(text)
    const objection = object(text)
    if (value !== undefined && objection === undefined) return value
    context.addIssue({
      code: 'custom',
      message: objection ?? `must be ${expected}, not ${describeValue(text)}`,
    })
    return z.NEVER
  })
}

function quantity(
  expected: string,
  parse: (text: string) => number | undefined,
  bounds: { min?: string; max?: string },
) {
  return decoded(expected, parse).transform((value, context) => {
    checkBounds(value, parse, bounds, context)
    return value
  })
}

function checkBounds(
  value: number,
  parse: (text: string) => number | undefined,
  bounds: { min?: string; max?: string },
  context: z.core.$RefinementCtx,
): void {
  if (bounds.min !== undefined && value < (parse(bounds.min) ?? 0)) {
    context.addIssue({ code: 'custom', message: `must be at least ${bounds.min}` })
  }
  if (bounds.max !== undefined && value > (parse(bounds.max) ?? Infinity)) {
    context.addIssue({ code: 'custom', message: `must be at most ${bounds.max}` })
  }
}
