/** A certificate authority that the operator trusts. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { codeOf, UserError } from '../user-error.ts'

/** PEM text; throws a UserError where the file holds none. */
export function readAuthority(file: string): string {
  const pem = readText(file)
  try {
    new X509Certificate(pem)
  } catch (error) {
    throw new UserError(`${file} holds no PEM certificate`, { cause: error })
  }
  return pem
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`${file} cannot be read (${codeOf(error) ?? String(error)})`, { cause: error })
  }
}
