/** From a file to a frozen configuration, or to a ConfigError that names everything that is wrong with it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { crossCheck } from './cross-check.ts'
import { readDocument } from './document.ts'
import type { Document } from './document.ts'
import { doubts } from './doubts.ts'
import { explain, generalMessage } from './explain.ts'
import { checkFiles } from './files.ts'
import { deepFreeze } from './freeze.ts'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'
import { resolveConfig } from './resolve.ts'
import { rootSchema } from './schema/root.ts'
import { soundParts } from './sound.ts'
import type { RoamConfig } from './types.ts'
import { errorCode, unreadable } from './unreadable.ts'

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
    throw new ConfigError(file, [{ path: [], message: whyNoConfig(error) }])
  }
  return parseConfig(text, file)
}

/** `file` is for messages, and its directory is what paths in the text are relative to. */
export function parseConfig(text: string, file: string): Loaded {
  const document = readDocument(file, text)
  const directory = resolve(dirname(file))
  const result = rootSchema.safeParse(document.value, { error: generalMessage })
  const parts = soundParts(document.value)
  const files = checkFiles(parts, directory)
  const problems = [...(result.error?.issues.flatMap(explain) ?? []), ...crossCheck(parts), ...files.problems]
  if (!result.success || problems.length > 0) throw configError(document, problems)
  const config = deepFreeze(resolveConfig(result.data, directory, files.authorities))
  return { config, warnings: [...files.warnings, ...doubts(config)] }
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

function whyNoConfig(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ENOENT') return 'no such file; roam init writes one to start from'
  if (code === 'EISDIR') return 'is a directory; name the file in it'
  return unreadable(error)
}
