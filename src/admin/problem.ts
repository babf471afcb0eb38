import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { answers } from './schemas.ts'

/** A request that is not done, and why: thrown by whoever finds out. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** Further fields of the answer. */
  readonly fields: Readonly<Record<string, string>>

  /** @param detail what is wrong and what to do */
  constructor(status: number, detail: string, fields: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.status = status
    this.fields = fields
  }

  /** The answer's body. */
  toJSON(): z.output<typeof answers.problem> {
    const title = STATUS_CODES[this.status] ?? 'Error'
    return { type: 'about:blank', title, status: this.status, detail: this.message }
  }
}

/** What does not fit a schema, in a sentence. */
export function misfit(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
}
