/** A server of another project, run as a program: its log, and its end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { which } from '../../support/client-tools.ts'

/** How long a program may take to end by itself. */
const GRACE_MS = 5000

export interface Daemon {
  readonly pid: number
  /** Lines of stdout and stderr. */
  readonly log: readonly string[]
  /** SIGTERM, and SIGKILL for those that do not listen. */
  close(): Promise<void>
}

/**
 * It also ends with this process. A test that is killed for its time cannot see to that itself; where there is setpriv
 * (Linux), the kernel does.
 */
export function startDaemon(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Daemon {
  const setpriv = which('setpriv')
  const tied = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']
  const [command = program, ...words] = [...tied, program, ...args]
  const child = spawn(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => log.push(line))
  child.on('error', (error) => log.push(error.message))
  const exited = once(child, 'close').finally(() => process.off('exit', kill))
  return {
    pid: child.pid ?? 0,
    log,
    async close() {
      child.kill('SIGTERM')
      const timer = setTimeout(kill, GRACE_MS)
      await exited
      clearTimeout(timer)
    },
  }
}

/** Asks until it is answered with 200; rejects with the daemon's last words after the deadline. */
export async function untilReady(daemon: Daemon, url: string, deadlineMs = 20_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok === true) return
    if (performance.now() > deadline)
      throw new Error(`${url} does not answer:\n${daemon.log.slice(-20).join('\n')}`)
    await sleep(100)
  }
}

/** For programs that cannot be told to take any port and say which. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Debian's names differ from those of the projects' own downloads. */
export function findProgram(...names: readonly string[]): string {
  const found = names.map(which).find((path) => path !== undefined)
  if (found === undefined) throw new Error(`none of ${names.join(', ')} is installed`)
  return found
}
