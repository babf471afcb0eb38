/** Foreign programs the tests drive: where they are, and what a test says when one is missing. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program, or undefined. An environment variable of its name in capitals wins over PATH. */
export function which(program: string): string | undefined {
  const named = process.env[program.toUpperCase().replaceAll('-', '_')]
  const candidates =
    named === undefined
      ? (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
      : [named]
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * Value for tap's `skip`: the reason when the program is missing, false when it is there. In CI nothing may be skipped
 * for want of a program (CI installs them), so there the test runs and fails.
 */
export function skipWithout(program: string, from: string): string | false {
  if (which(program) !== undefined || process.env.CI !== undefined) return false
  return `${program} is not installed (Debian: apt-get install ${from})`
}

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; it is killed after `timeoutMs`. Never rejects for an exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: {
    readonly timeoutMs?: number
    readonly cwd?: string
    readonly env?: NodeJS.ProcessEnv
    readonly input?: Buffer | NodeJS.ReadableStream
    /** Throw stdout away (a body of hundreds of megabytes). */
    readonly discard?: boolean
    readonly signal?: AbortSignal
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', options.discard === true ? 'ignore' : 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
      signal: options.signal,
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A program that ends before it has read its input is judged by its exit, not by the broken pipe.
    child.stdin?.on('error', () => {})
    if (options.input === undefined || Buffer.isBuffer(options.input)) child.stdin?.end(options.input)
    else if (child.stdin !== null) options.input.pipe(child.stdin)
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
  })
}
