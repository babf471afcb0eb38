/** The demo's backends: processes of their own, so that one can be killed and seen to come back. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UserError } from '../user-error.ts'
import { demoCommand } from './command.ts'

/** Long enough to look at the page and the metrics in between. */
const RESTART_AFTER_MS = 10_000

/** One backend as it runs now. */
export interface RunningBackend {
  readonly id: string
  readonly port: number
  readonly pid: number
}

/** What the demo needs of its backends. */
export interface DemoBackends {
  readonly all: readonly RunningBackend[]
  /** Ends them all; none comes back. */
  stop(): Promise<void>
}

/** Ports `firstPort`, +1, … (0: any). Resolves when all answer. `onNotice` gets a sentence when one dies or comes back. */
export async function startBackends(
  count: number,
  firstPort: number,
  onNotice: (text: string) => void,
): Promise<DemoBackends> {
  const children = new Map<string, ChildProcess>()
  let stopping = false

  const start = async (id: string, port: number): Promise<RunningBackend> => {
    const child = fork(program(), ['--id', id, '--port', String(port)], { execArgv: [] })
    children.set(id, child)
    const bound = await ready(child, id, port)
    child.once('exit', (code, signal) => {
      if (stopping) return
      onNotice(
        `${id} is gone (${signal ?? `exit code ${String(code)}`}); it starts again in ${RESTART_AFTER_MS / 1000} s`,
      )
      setTimeout(() => void restart(id, bound), RESTART_AFTER_MS).unref()
    })
    return { id, port: bound, pid: child.pid ?? 0 }
  }
  const restart = async (id: string, port: number): Promise<void> => {
    if (stopping) return
    try {
      const { pid } = await start(id, port)
      onNotice(`${id} is back as process ${pid}; health checks will find it`)
    } catch (error) {
      onNotice(`${id} does not start again: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const stop = async (): Promise<void> => {
    stopping = true
    await Promise.all([...children.values()].map(end))
  }

  try {
    const starts = Array.from({ length: count }, (_, index) =>
      start(`moodle-${index + 1}`, firstPort && firstPort + index),
    )
    return { all: await Promise.all(starts), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** demo/backend beside this package's sources, or beside what was built from them. */
function program(): string {
  const source = fileURLToPath(new URL('../../../demo/backend.ts', import.meta.url))
  return existsSync(source) ? source : source.replace(/\.ts$/, '.js')
}

/** The port that it listens on. */
function ready(child: ChildProcess, id: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('message', (message: { ready?: number; failed?: string }) => {
    if (message.ready !== undefined) resolve(message.ready)
    else if (message.failed === 'EADDRINUSE') {
      reject(
        new UserError(
          `port ${port} for ${id} is in use by another program; choose others: ${demoCommand(`--backend-port ${otherThan(port)}`)}`,
        ),
      )
    } else reject(new UserError(`${id} cannot listen on port ${port} (${String(message.failed)})`))
  })
  child.once('error', reject)
  child.once('exit', () => reject(new UserError(`${id} ended before it listened`)))
  return promise
}

/** Ports that are likely free, and never the ones that just were not. */
function otherThan(port: number): number {
  return Math.abs(port - 18_001) < 10 ? 28_001 : 18_001
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
