import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { codeOf, UserError } from './user-error.ts'

/**
 * Whoever reads meanwhile sees the old file or the new one; a full disk leaves the old one. Throws a UserError where it
 * cannot be written.
 */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    const handle = openSync(temporary, 'w')
    try {
      // Not writeSync: on a disk that fills up it writes a part, and calls that a success.
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw new UserError(`${file} cannot be written (${codeOf(error) ?? String(error)})`, { cause: error })
  }
}
