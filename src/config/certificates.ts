/** A certificate and its key, read from files and checked against each other before any listener sees them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import type { CertificateFiles } from './types.ts'

const DAY_MS = 86_400_000
/** Let's Encrypt renews at 30 days; half of that is late enough to be worth a word. */
const EXPIRY_WARNING_DAYS = 14

/** A pair that fits together. */
export interface CertificatePair {
  readonly files: CertificateFiles
  /** PEM, leaf first. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** DNS names and addresses that the certificate is for, lower case. */
  readonly names: readonly string[]
  /** For metrics: the subject's common name, else the first name. */
  readonly commonName: string
  readonly notAfter: Date
  /** What is worth a warning but does not keep Roam from starting. */
  readonly warnings: readonly string[]
}

/** Why a pair cannot be used; `file` says which of the two is to blame. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  readonly file: 'cert' | 'key'

  constructor(file: 'cert' | 'key', message: string, cause?: unknown) {
    super(message, { cause })
    this.file = file
  }
}

/** Throws a CertificateError with one clear sentence. */
export function readCertificatePair(files: CertificateFiles, now = new Date()): CertificatePair {
  const cert = readPem('cert', files.cert)
  const key = readPem('key', files.key)
  const leaf = parseCertificate(files.cert, cert)
  if (!leaf.checkPrivateKey(parseKey(files.key, key))) {
    throw new CertificateError('key', `${files.key} is not the key of the certificate in ${files.cert}`)
  }
  const notAfter = leaf.validToDate
  const names = certificateNames(leaf)
  const warnings = [validity(files.cert, leaf, now), keyMode(files.key)].filter((text) => text !== undefined)
  return { files, cert, key, names, commonName: commonName(leaf) ?? names[0] ?? '', notAfter, warnings }
}

/** DNS names and addresses of a certificate, lower case; its common name where it has no other (as it was before 2000). */
export function certificateNames(leaf: X509Certificate): readonly string[] {
  const alternatives = (leaf.subjectAltName ?? '').split(', ').flatMap((entry) => {
    const match = /^(?:DNS|IP Address):"?([^"]+)"?$/.exec(entry)
    return match?.[1] === undefined ? [] : [compactAddress(match[1].toLowerCase())]
  })
  const fallback = commonName(leaf)
  return alternatives.length > 0 || fallback === undefined ? alternatives : [fallback.toLowerCase()]
}

/** OpenSSL prints 0:0:0:0:0:0:0:1 where everybody else says ::1. */
function compactAddress(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]/`).hostname.slice(1, -1) : name
}

function commonName(leaf: X509Certificate): string | undefined {
  return /^CN=(.+)$/m.exec(leaf.subject)?.[1]
}

function readPem(kind: 'cert' | 'key', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    const why = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a directory',
    }[code]
    throw new CertificateError(kind, `${file} ${why ?? `cannot be read (${code})`}`, error)
  }
}

function parseCertificate(file: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new CertificateError('cert', `${file} holds no PEM certificate`, error)
  }
}

function parseKey(file: string, pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) {
    throw new CertificateError('key', `${file} is encrypted; decrypt it, Roam asks for no passphrase`)
  }
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new CertificateError('key', `${file} holds no PEM private key`, error)
  }
}

function validity(file: string, leaf: X509Certificate, now: Date): string | undefined {
  const days = Math.floor((leaf.validToDate.getTime() - now.getTime()) / DAY_MS)
  if (days < 0) return `${file} expired on ${day(leaf.validToDate)}`
  if (leaf.validFromDate > now) return `${file} is not valid before ${day(leaf.validFromDate)}`
  return days < EXPIRY_WARNING_DAYS ? `${file} expires on ${day(leaf.validToDate)}` : undefined
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function keyMode(file: string): string | undefined {
  const others = statSync(file).mode & 0o007
  return others === 0 ? undefined : `${file} can be read by every user of this machine; chmod 600 it`
}
