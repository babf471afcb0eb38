/** From a file to a frozen configuration, or to a ConfigError that names everything that is wrong with it. */
import { readFileSync } from 'node:fs'
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
  ]
  if (!result.success || problems.length > 0) throw configError(document, problems)
  const config = deepFreeze(resolveConfig(result.data, directory))
  return { config, warnings: [...certificates.warnings, ...unchecked(config)] }
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
        problems.push({ path: [...path, 'certificates', index, error.file], message: error.message })
      }
    })
  }
  return { problems, warnings: [...warnings] }
}

function unchecked(config: RoamConfig): string[] {
  return config.pools
    .filter((pool) => pool.health === undefined)
    .map(
      (pool) =>
        `${formatPath(['pools', pool.name])} has no health: only failing requests will show a dead backend`,
    )
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
