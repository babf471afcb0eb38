/** The quinn client (quinn-client/), built on first use and driven as a program. */
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from './client-tools.ts'

const folder = fileURLToPath(new URL('quinn-client', import.meta.url))
/** Beside the engine's build, where every tool already looks away. */
const target = fileURLToPath(new URL('../../native/target/quinn-client', import.meta.url))
let built: Promise<string> | undefined

/** Path of the program. Cargo's own lock lets test files that start together wait for one build. */
export function buildQuinnClient(): Promise<string> {
  built ??= build()
  return built
}

async function build(): Promise<string> {
  const cargo = process.env.CARGO ?? 'cargo'
  const { code, stderr } = await run(cargo, ['build', '--release', '--locked', '--quiet'], {
    cwd: folder,
    env: { ...process.env, CARGO_TARGET_DIR: target },
    timeoutMs: 600_000,
  })
  if (code !== 0) throw new Error(`the quinn client does not build:\n${stderr}`)
  return join(target, 'release', 'quinn-client')
}

export interface QuinnRequest {
  /** Absent when the request failed; then `error` says why. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly bytes?: number
  readonly sha256?: string
  /** Of an upload: the hash of what was sent. */
  readonly sentSha256?: string | null
  readonly stopped?: boolean
  readonly firstByteMs?: number
  readonly ms?: number
  readonly error?: string
}

export interface QuinnConnection {
  readonly requests: readonly QuinnRequest[]
  /** Local ports used, in order: one more than there were changes. */
  readonly ports?: readonly number[]
  readonly rttMs?: number
  readonly datagramsSent?: number
  readonly datagramsReceived?: number
  readonly pathChallengesReceived?: number
  /** Why the connection was closed before this client closed it; null when it was not. */
  readonly closed?: string | null
  readonly error?: string
}

export interface QuinnTransfer {
  readonly seconds: number
  readonly connections: readonly QuinnConnection[]
}

/** What a closed-loop load ended with; see LedgerCounts in client-ledger.ts for the same of the other protocols. */
export interface LedgerCounts {
  readonly requests: number
  readonly ok: number
  /** Complete, but not the body that belongs to the request. */
  readonly wrong: number
  /** The answer had begun and visibly broke off. */
  readonly cut: number
  /** No answer began and nothing said that it may be asked again. */
  readonly lost: number
  /** Refused by a connection that was closing: nothing was done. */
  readonly unsent: number
  /** HTTP/3 only: which ones. The server must not have acted on any of them. */
  readonly unsentIds?: readonly string[]
  readonly hung: number
  /** Explicit answers other than 200. */
  readonly statuses: Readonly<Record<string, number>>
  readonly examples: readonly string[]
  readonly slowestMs: number
  readonly connections: number
  /** Connections that ended otherwise than the protocol has it; `examples` say how. */
  readonly dropped: number
  /** Connections that could not be made. */
  readonly refused: number
  /** Of those that are ok. */
  readonly posts: number
  readonly seconds: number
}

export interface QuinnOptions {
  readonly ca: string
  readonly port: number
  readonly host?: string
  readonly path?: string
  /** More options of the program, as written on its command line. */
  readonly args?: readonly string[]
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** For `--until-eof on`: ends the load when it is aborted. */
  readonly until?: AbortSignal
}

async function quinn(command: 'get' | 'upload' | 'load', options: QuinnOptions): Promise<unknown> {
  const program = await buildQuinnClient()
  const host = options.host ?? '127.0.0.1'
  const address = host.includes(':') ? `[${host}]:${options.port}` : `${host}:${options.port}`
  const { code, signal, stdout, stderr } = await run(
    program,
    [
      command,
      `https://localhost:${options.port}${options.path ?? '/'}`,
      ...['--ca', options.ca, '--connect', address],
      ...(options.args ?? []),
    ],
    {
      timeoutMs: options.timeoutMs ?? 90_000,
      ...(options.signal && { signal: options.signal }),
      ...(options.until && { input: endsWith(options.until) }),
    },
  )
  if (code !== 0) throw new Error(`quinn-client ended with ${code ?? signal ?? '?'}: ${stderr}`)
  const line = JSON.parse(stdout) as { error?: string }
  if (line.error !== undefined) throw new Error(`quinn-client: ${line.error}`)
  return line
}

function endsWith(signal: AbortSignal): Readable {
  const input = new PassThrough()
  if (signal.aborted) input.end()
  signal.addEventListener('abort', () => input.end(), { once: true })
  return input
}

/** Downloads, `--repeat` after one another on each of `--connections`. */
export async function quinnGet(options: QuinnOptions): Promise<QuinnTransfer> {
  return (await quinn('get', options)) as QuinnTransfer
}

/** POSTs `bytes` bytes of the pattern and reads the answer. */
export async function quinnUpload(options: QuinnOptions, bytes: number): Promise<QuinnTransfer> {
  const args = ['--bytes', String(bytes), ...(options.args ?? [])]
  return (await quinn('upload', { ...options, args })) as QuinnTransfer
}

/** Closed-loop load against a ledger backend. */
export async function quinnLoad(options: QuinnOptions): Promise<LedgerCounts> {
  return (await quinn('load', options)) as LedgerCounts
}
