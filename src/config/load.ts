/** From a file to a frozen configuration, or to a ConfigError that names everything that is wrong with it. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CertificateError, readCertificatePair } from './certificates.ts'
import { crossCheck } from './cross-check.ts'
import { readDocument } from './document.ts'
import type { Document } from './document.ts'
import { explain, generalMessage } from './explain.ts'
import { deepFreeze } from './freeze.ts'
import { ConfigError, formatPath } from './problem.ts'
import type { Problem } from './problem.ts'
import { resolveConfig, resolveListener } from './resolve.ts'
import type { Listener } from './schema/listener.ts'
import type { Quic } from './schema/quic.ts'
import { rootSchema } from './schema/root.ts'
import { soundParts } from './sound.ts'
import type { Part } from './sound.ts'
import type { RoamConfig } from './types.ts'

/** A configuration that may be used. */
export interface Loaded {
  readonly config: RoamConfig
  /** Not wrong, but worth knowing: one sentence each. */
  readonly warnings: readonly string[]
}

/** Reads and checks a file and the certificates it names. */
export function loadConfig(file: string): Loaded {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(file, [{ path: [], message: unreadable(error) }])
  }
  return parseConfig(text, file)
}

/** `file` is for messages, and its directory is what paths in the text are relative to. */
export function parseConfig(text: string, file: string): Loaded {
  const document = readDocument(file, text)
  const directory = resolve(dirname(file))
  const result = rootSchema.safeParse(document.value, { error: generalMessage })
  const parts = soundParts(document.value)
  const certificates = checkCertificates(parts.listeners, directory)
  const problems = [
    ...(result.error?.issues.flatMap(explain) ?? []),
    ...crossCheck(parts),
    ...certificates.problems,
    ...parts.quic.flatMap((part) => checkQlogDir(part, directory)),
  ]
  if (!result.success || problems.length > 0) throw configError(document, problems)
  const config = deepFreeze(resolveConfig(result.data, directory))
  return { config, warnings: [...certificates.warnings, ...doubts(config)] }
}

function checkCertificates(
  listeners: readonly Part<Listener>[],
  directory: string,
): { problems: Problem[]; warnings: string[] } {
  const problems: Problem[] = []
  const warnings = new Set<string>()
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
  return { problems, warnings: [...warnings] }
}

/** The engine only counts qlog files that it cannot write; whoever asks for them wants to know before. */
function checkQlogDir({ path, value }: Part<Quic>, directory: string): Problem[] {
  if (value.qlogDir === undefined) return []
  const target = resolve(directory, value.qlogDir)
  const message = directoryProblem(target)
  return message === undefined ? [] : [{ path: [...path, 'qlogDir'], message: `${target} ${message}` }]
}

function directoryProblem(target: string): string | undefined {
  try {
    if (!statSync(target).isDirectory()) return 'is not a directory'
    accessSync(target, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return 'does not exist; make this directory, or remove qlogDir'
    if (code === 'EACCES' || code === 'EROFS') return 'may not be written by this user'
    return `cannot be used (${String(code)})`
  }
}

/** Allowed, and seldom meant. */
function doubts(config: RoamConfig): string[] {
  const unchecked = config.pools
    .filter((pool) => pool.health === undefined)
    .map(
      (pool) =>
        `${formatPath(['pools', pool.name])} has no health: only failing requests will show a dead backend`,
    )
  const everybody = config.metrics.allow.filter((range) => range.endsWith('/0'))
  return everybody.length === 0
    ? unchecked
    : [...unchecked, `metrics.allow: ${everybody.join(' and ')} lets everybody read the metrics of this site`]
}

/** In the order of the file, so that one reads it from top to bottom. */
function configError(document: Document, problems: readonly Problem[]): ConfigError {
  const located = problems.map((problem): Problem => {
    const line = problem.line ?? document.lineOf(problem.path)
    return line === undefined ? problem : { ...problem, line }
  })
  return new ConfigError(
    document.file,
    located.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'no such file; roam init writes one to start from'
  if (code === 'EISDIR') return 'is a directory; name the file in it'
  if (code === 'EACCES') return 'may not be read by this user'
  return `cannot be read (${String(code)})`
}
