/** The authorities that sign the certificates of backends, read from a file. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { unreadable } from './unreadable.ts'

/** PEM text, and what is doubtful about it. */
export interface Authorities {
  readonly pem: string
  readonly warnings: readonly string[]
}

/** What is wrong with the file instead, where it cannot be used. */
export function readAuthorities(file: string, now = new Date()): Authorities | { readonly problem: string } {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    return { problem: `${file} ${unreadable(error)}` }
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return { problem: `${file} holds no PEM certificate` }
  const warnings: string[] = []
  for (const [index, block] of blocks.entries()) {
    try {
      const { validToDate } = new X509Certificate(block)
      if (validToDate < now) {
        const day = validToDate.toISOString().slice(0, 10)
        warnings.push(`${file}: certificate ${index + 1} of ${blocks.length} expired on ${day}`)
      }
    } catch {
      const problem = `${file}: certificate ${index + 1} of ${blocks.length} in it cannot be read; is it complete?`
      return { problem }
    }
  }
  return { pem: blocks.join('\n'), warnings }
}
