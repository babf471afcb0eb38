/** `requestHeaders` and `responseHeaders` of a route. */
import { z } from 'zod'
import { FRAMING_FIELDS } from '../../core/framing.ts'
import { isToken, wrongType } from './scalars.ts'

const nameSchema = z.string({ error: wrongType('a field name') }).superRefine((name, context) => {
  const message = nameProblem(name)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

const valueSchema = z
  .string({ error: wrongType('text; put it in quotes') })
  .refine((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value), {
    error: 'must hold no line breaks, no control characters and no letters beyond Latin-1',
  })
  .refine((value) => value === value.trim(), 'must not begin or end with a space')

/** Three kinds of change. */
export function headerRulesSchema(description: string) {
  return z
    .strictObject({
      remove: z
        .array(nameSchema, { error: wrongType('a list of field names') })
        .meta({ description: 'Fields to leave out.', unit: 'list of field names' })
        .prefault([]),
      set: values('Fields to set: whatever the message had under these names is replaced.'),
      add: values('Fields to add beside what the message has.'),
    })
    .meta({ description: `${description} Removed first, then set, then added.` })
}

/** Decoded changes. */
export type DecodedRules = z.output<ReturnType<typeof headerRulesSchema>>

function values(description: string) {
  return z
    .record(nameSchema, valueSchema, { error: wrongType('a mapping from field names to values') })
    .superRefine((fields, context) => {
      const seen = new Set<string>()
      for (const name of Object.keys(fields)) {
        if (seen.has(name.toLowerCase())) {
          context.addIssue({
            code: 'custom',
            path: [name],
            message: 'is here twice; upper and lower case are the same',
          })
        }
        seen.add(name.toLowerCase())
      }
    })
    .meta({ description, unit: 'mapping from field names to values' })
    .prefault({})
}

function nameProblem(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (lower === 'host') return 'may not be changed here: the pool says what it is, use its key hostHeader'
  if (lower.startsWith(':')) return 'is no field but a part of the request line, which Roam writes itself'
  if (!isToken(name)) return 'must be a field name: letters, digits and "-"'
  if (FRAMING_FIELDS.has(lower))
    return 'may not be changed: it says how a message is carried, which Roam decides'
  return undefined
}
