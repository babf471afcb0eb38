/** Roam as a process of its own, to the end: exit codes and what is written where. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** How a run ended. */
export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Waits until the process has ended. */
export function roam(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; program?: readonly string[] } = {},
): Promise<Run> {
  const { program = [main], ...rest } = options
  const child = spawn(process.execPath, [...program, ...args], {
    ...rest,
    env: { ...process.env, LOG_LEVEL: '', LOG_FORMAT: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const { promise, resolve, reject } = Promise.withResolvers<Run>()
  child.once('error', reject)
  child.once('close', (code) => resolve({ code, stdout, stderr }))
  return promise
}
