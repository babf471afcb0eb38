/** The certificates of `roam demo`: made once, kept, made anew when they no longer fit. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
  const allGood = (): boolean => isGood(authority, now) && isGood(site, now) && isIssuedBy(site, authority)
  const found = { authority: authority.cert, site, made: false }
  if (allGood()) return found
  prepare(directory)
  return alone(directory, () => {
    // Somebody else may have made them while this process waited.
    if (allGood()) return found
    const keep = isGood(authority, now)
    const issuer = keep ? read(authority) : issueAuthority('Roam development CA', NAMES, now)
    if (!keep) write(authority, issuer)
    write(site, issueServer(issuer, NAMES, now))
    return { ...found, made: true }
  })
}

/** Two demos started at once must not mix their halves; a lock that is older than this was left by a crash. */
const STALE_LOCK_MS = 5000

function alone<T>(directory: string, work: () => T): T {
  const lock = join(directory, '.making')
  const started = Date.now()
  while (!tryMakeDirectory(lock)) {
    if (Date.now() - started > STALE_LOCK_MS) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function tryMakeDirectory(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
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
