/** What is wrong with a configuration, said so that an operator can mend it without the manual. */

/** Keys and indexes from the root of the document. */
export type Path = readonly (string | number)[]

/** One thing that is wrong. */
export interface Problem {
  readonly path: Path
  /** Starts in lower case, no full stop: it follows the path. */
  readonly message: string
  /** Overrides the line that the path leads to: for YAML that could not be read. */
  readonly line?: number
  readonly column?: number
}

/** `pools.moodle.backends[1].weight`; a key with a dot or a space is quoted. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      if (!/^[\w*-]+$/.test(part)) return `[${JSON.stringify(part)}]`
      return index === 0 ? part : `.${part}`
    })
    .join('')
}

/** Everything that is wrong with one file; the message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join('\n'))
    this.file = file
    this.problems = problems
  }
}

function formatProblem(file: string, { path, message, line, column }: Problem): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(':')
  const what = path.length === 0 ? message : `${formatPath(path)}: ${message}`
  return `${where}: ${what}`
}
