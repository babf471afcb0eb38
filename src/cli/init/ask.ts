/** Questions at a terminal. */
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { codeOf, UserError } from '../user-error.ts'

/** Where the questions go and the answers come from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** Asks until `parse` takes the answer; what it throws as a UserError is shown. */
export type Ask = <Value>(question: string, parse: (text: string) => Value) => Promise<Value>

/** Rejects with a UserError when the input ends before all is answered. */
export async function askAt<Value>(
  { input, output }: Terminal,
  questions: (ask: Ask) => Promise<Value>,
): Promise<Value> {
  const lines = createInterface({ input, output })
  // An input that ends: without this the question would wait for ever.
  const left = once(lines, 'close').then(() => {
    throw unanswered()
  })
  left.catch(() => {})
  const ask: Ask = async (question, parse) => {
    for (;;) {
      const text = await Promise.race([lines.question(question), left])
      try {
        return parse(text)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        output.write(`  ${error.message}\n`)
      }
    }
  }
  try {
    return await questions(ask)
  } catch (error) {
    // Ctrl-C and Ctrl-D at a terminal.
    if (codeOf(error) !== 'ABORT_ERR') throw error
    output.write('\n')
    throw unanswered(error)
  } finally {
    lines.close()
  }
}

function unanswered(cause?: unknown): UserError {
  return new UserError('nothing was written: the questions were not answered', { cause })
}
