/** The files that a configuration names: read and checked before anything relies on them. */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readAuthorities } from './authorities.ts'
import { CertificateError, readCertificatePair } from './certificates.ts'
import { ConfigError } from './problem.ts'
import type { Path, Problem } from './problem.ts'
import { resolveListener } from './resolve.ts'
import type { Listener } from './schema/listener.ts'
import type { Quic } from './schema/quic.ts'
import { readSecret } from './secret-file.ts'
import type { SecretKey } from './secret-file.ts'
import type { Part, SoundParts } from './sound.ts'
import { errorCode } from './unreadable.ts'

const MISSING = 'does not exist'

/** What the files say. */
export interface FileReport {
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
  /** PEM text of tls.ca, by pool. */
  readonly authorities: ReadonlyMap<string, string>
}

interface Findings {
  readonly problems: Problem[]
  readonly warnings: Set<string>
  readonly authorities: Map<string, string>
}

/** Makes nothing: files that the start makes may be missing. */
export function checkFiles(parts: SoundParts, directory: string): FileReport {
  const findings: Findings = { problems: [], warnings: new Set(), authorities: new Map() }
  checkCertificates(parts.listeners, directory, findings)
  for (const part of parts.quic) findings.problems.push(...checkQlogDir(part, directory))
  for (const { path, value } of parts.pools) {
    if (value.tls.ca !== undefined) checkAuthorities(path, resolve(directory, value.tls.ca), findings)
  }
  for (const secretFile of parts.secretFile)
    checkSecret(resolve(directory, secretFile), 'secretFile', findings)
  for (const { value } of parts.admin) {
    if (value.tokenFile === undefined) continue
    checkSecret(resolve(directory, value.tokenFile), 'admin.tokenFile', findings)
  }
  return { ...findings, warnings: [...findings.warnings] }
}

function checkCertificates(
  listeners: readonly Part<Listener>[],
  directory: string,
  { problems, warnings }: Findings,
): void {
  for (const { path, value } of listeners) {
    resolveListener(value, directory).certificates.forEach((files, index) => {
      try {
        for (const warning of readCertificatePair(files).warnings) warnings.add(warning)
      } catch (error) {
        if (!(error instanceof CertificateError)) throw error
        for (const { file, message } of [error, error.other].filter((one) => one !== undefined)) {
          problems.push({ path: [...path, 'certificates', index, file], message })
        }
      }
    })
  }
}

function checkAuthorities(path: Path, file: string, { problems, warnings, authorities }: Findings): void {
  const result = readAuthorities(file)
  if ('problem' in result) {
    problems.push({ path: [...path, 'tls', 'ca'], message: result.problem })
    return
  }
  authorities.set(String(path.at(-1)), result.pem)
  for (const warning of result.warnings) warnings.add(warning)
}

function checkSecret(file: string, key: SecretKey, { problems, warnings }: Findings): void {
  const path = key.split('.')
  try {
    const secret = readSecret(file, key)
    for (const warning of secret?.warnings ?? []) warnings.add(warning)
    const why = secret === undefined ? directoryProblem(dirname(file)) : undefined
    if (why !== undefined) problems.push({ path, message: `${file} cannot be made: its directory ${why}` })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems.map(({ message }) => ({ path, message: `${file} ${message}` })))
  }
}

/** The engine only counts qlog files that it cannot write; whoever asks for them wants to know before. */
function checkQlogDir({ path, value }: Part<Quic>, directory: string): Problem[] {
  if (value.qlogDir === undefined) return []
  const target = resolve(directory, value.qlogDir)
  const message = directoryProblem(target)
  if (message === undefined) return []
  const advice = message === MISSING ? '; make this directory, or remove qlogDir' : ''
  return [{ path: [...path, 'qlogDir'], message: `${target} ${message}${advice}` }]
}

function directoryProblem(target: string): string | undefined {
  try {
    if (!statSync(target).isDirectory()) return 'is not a directory'
    accessSync(target, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return MISSING
    if (code === 'EACCES' || code === 'EROFS') return 'may not be written by this user'
    return `cannot be used (${code})`
  }
}
