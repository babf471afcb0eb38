/** A certificate and its key, read from files and checked against each other before any listener sees them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { CertificateFiles } from './types.ts'
import { unreadable } from './unreadable.ts'

const DAY_MS = 86_400_000
/** Let's Encrypt renews at 30 days; half of that is late enough to be worth a word. */
const EXPIRY_WARNING_DAYS = 14

/** Who issues the certificates that the demo makes. */
export const DEVELOPMENT_ORGANIZATION = 'Roam development'

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
  /** What is wrong with the other file, where that is known as well. */
  readonly other: CertificateError | undefined

  constructor(file: 'cert' | 'key', message: string, cause?: unknown, other?: CertificateError) {
    super(message, { cause })
    this.file = file
    this.other = other
  }
}

/** Throws a CertificateError with one clear sentence. */
export function readCertificatePair(files: CertificateFiles, now = new Date()): CertificatePair {
  const [cert, key] = readBoth(files)
  const leaf = parseCertificate(files.cert, cert)
  if (!leaf.checkPrivateKey(parseKey(files.key, key))) {
    throw new CertificateError('key', `${files.key} is not the key of the certificate in ${files.cert}`)
  }
  checkChain(files.cert, cert)
  checkUsable(files, cert, key)
  const notAfter = leaf.validToDate
  const names = certificateNames(leaf)
  const warnings = [validity(files.cert, leaf, now), trust(files.cert, leaf), keyMode(files.key)].filter(
    (text) => text !== undefined,
  )
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

/** A file that is missing does not hide that the other one is missing too. */
function readBoth(files: CertificateFiles): [cert: string, key: string] {
  const cert = attempt(() => readPem('cert', files.cert))
  const key = attempt(() => readPem('key', files.key))
  if (cert instanceof CertificateError) {
    const other = key instanceof CertificateError ? key : undefined
    throw new CertificateError('cert', cert.message, cert.cause, other)
  }
  if (key instanceof CertificateError) throw key
  return [cert, key]
}

function attempt(read: () => string): string | CertificateError {
  try {
    return read()
  } catch (error) {
    if (error instanceof CertificateError) return error
    throw error
  }
}

function readPem(kind: 'cert' | 'key', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CertificateError(kind, `${file} ${unreadable(error)}`, error)
  }
}

function parseCertificate(file: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new CertificateError('cert', `${file} holds no PEM certificate`, error)
  }
}

/** Each certificate of the file: a broken one further down would break handshakes, not the start. */
function checkChain(file: string, pem: string): void {
  const blocks = pem.split(/(?=-----BEGIN [A-Z0-9 ]*CERTIFICATE-----)/).filter((block) => /BEGIN/.test(block))
  blocks.forEach((block, index) => {
    try {
      new X509Certificate(block)
    } catch (error) {
      const which = `certificate ${index + 1} of ${blocks.length}`
      throw new CertificateError('cert', `${file}: ${which} in it cannot be read; is it complete?`, error)
    }
  })
}

/** What TLS itself demands of a pair, such as the length of its key: found here, not when a listener starts. */
function checkUsable(files: CertificateFiles, cert: string, key: string): void {
  try {
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const reason = error instanceof Error ? error.message.replace(/^error:.*:/, '').replace(/\n[^]*/, '') : ''
    const why = code === 'ERR_SSL_EE_KEY_TOO_SMALL' ? 'its key is too short' : reason
    throw new CertificateError('cert', `${files.cert} cannot be used for TLS: ${why}`, error)
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
  const renew = 'renew it, then reload Roam (SIGHUP)'
  if (days < 0) return `${file} expired on ${day(leaf.validToDate)} and is refused by clients; ${renew}`
  if (leaf.validFromDate > now)
    return `${file} is not valid before ${day(leaf.validFromDate)}; is the clock of this machine right?`
  return days < EXPIRY_WARNING_DAYS ? `${file} expires on ${day(leaf.validToDate)}; ${renew}` : undefined
}

/** What browsers do not trust; Chrome speaks HTTP/3 only with certificates of public authorities. */
function trust(file: string, leaf: X509Certificate): string | undefined {
  const advice = 'browsers warn of it, and Chrome uses no HTTP/3; for users take one of a public authority'
  if (leaf.issuer === leaf.subject) return `${file} is self-signed: ${advice}`
  if (leaf.issuer.split('\n').includes(`O=${DEVELOPMENT_ORGANIZATION}`))
    return `${file} is of the demo's development CA: ${advice}`
  return undefined
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function keyMode(file: string): string | undefined {
  const others = statSync(file).mode & 0o007
  return others === 0 ? undefined : `${file} can be read by every user of this machine; chmod 600 it`
}
