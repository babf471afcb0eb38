/** The certificates of `roam demo`: made once, kept, made anew when they no longer fit. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CertificateError, readCertificatePair } from '../../config/certificates.ts'
import type { CertificateFiles } from '../../config/types.ts'
import { issueAuthority, issueServer } from './issue.ts'
import type { Issued } from './issue.ts'

/** Names that lead to this machine and nowhere else. */
const NAMES = ['localhost', '127.0.0.1', '::1']
/** Anew before a demo that runs for a few days could outlive it. */
const RENEW_BEFORE_MS = 30 * 86_400_000

/** What was found or made. */
export interface DevCertificates {
  /** A client that trusts this file trusts the demo. */
  readonly authority: string
  readonly site: CertificateFiles
  /** Something was written. */
  readonly made: boolean
}

/** `directory` is made if it is missing, with a .gitignore: keys are nothing to commit. */
export function ensureDevCertificates(directory: string, now = new Date()): DevCertificates {
  const authority = filesOf(directory, 'dev-ca')
  const site = filesOf(directory, 'localhost')
  if (isGood(authority, now) && isGood(site, now) && isIssuedBy(site, authority)) {
    return { authority: authority.cert, site, made: false }
  }
  prepare(directory)
  const issuer = isGood(authority, now) ? read(authority) : issueAuthority('Roam development CA', NAMES, now)
  write(authority, issuer)
  write(site, issueServer(issuer, NAMES, now))
  return { authority: authority.cert, site, made: true }
}

function filesOf(directory: string, name: string): CertificateFiles {
  return { cert: join(directory, `${name}.pem`), key: join(directory, `${name}-key.pem`) }
}

function isGood(files: CertificateFiles, now: Date): boolean {
  try {
    return readCertificatePair(files, now).notAfter.getTime() - now.getTime() > RENEW_BEFORE_MS
  } catch (error) {
    if (error instanceof CertificateError) return false
    throw error
  }
}

function isIssuedBy(site: CertificateFiles, authority: CertificateFiles): boolean {
  const leaf = new X509Certificate(readFileSync(site.cert))
  const issuer = new X509Certificate(readFileSync(authority.cert))
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)
}

function read(files: CertificateFiles): Issued {
  return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
}

function prepare(directory: string): void {
  if (existsSync(directory)) return
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, '.gitignore'), '*.pem\n')
}

function write(files: CertificateFiles, { cert, key }: Issued): void {
  replace(files.key, key, 0o600)
  replace(files.cert, cert, 0o644)
}

/** Under another name first, so that the mode is the new file's and nobody reads half of it. */
function replace(file: string, text: string, mode: number): void {
  const temporary = `${file}.new-${process.pid}`
  writeFileSync(temporary, text, { mode, flag: 'wx' })
  renameSync(temporary, file)
}
