/** ngtcp2's own client (Debian: ngtcp2-client), the one program here that migrates by itself. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run, skipWithout, which } from './client-tools.ts'

/** For tap's `skip`. */
export function skipWithoutGtlsclient(): string | false {
  return skipWithout('gtlsclient', 'ngtcp2-client')
}

export interface GtlsOptions {
  readonly port: number
  readonly host?: string
  readonly path: string
  /** Changes its address so long after the handshake. */
  readonly changeAfterMs?: number
  /** The change is a NAT rebinding: same connection ID, no path validation by the client. */
  readonly natRebinding?: boolean
  /** Receive window of the stream and of the connection, bytes; fixed. With a delay it bounds the rate. */
  readonly window?: number
  readonly args?: readonly string[]
  readonly timeoutMs?: number
}

export interface GtlsResult {
  readonly code: number | null
  readonly status: number | undefined
  readonly bytes: number
  readonly sha256: string
  /** PATH_CHALLENGE frames that came from the server. */
  readonly pathChallenges: number
  /** The end of its log, for a failing test. */
  readonly log: string
}

/** Downloads `path` and hashes it. */
export async function gtlsGet(options: GtlsOptions): Promise<GtlsResult> {
  const program = which('gtlsclient')
  if (program === undefined) throw new Error('gtlsclient is not installed (Debian: ngtcp2-client)')
  const folder = await mkdtemp(join(tmpdir(), 'roam-gtls-'))
  const seconds = Math.ceil((options.timeoutMs ?? 60_000) / 1000)
  const window = options.window === undefined ? [] : windows(options.window)
  const change =
    options.changeAfterMs === undefined
      ? []
      : [
          `--change-local-addr=${options.changeAfterMs}ms`,
          ...(options.natRebinding === true ? ['--nat-rebinding'] : []),
        ]
  try {
    const { code, stdout, stderr } = await run(
      program,
      [
        ...['--no-quic-dump', '--no-http-dump', '--exit-on-all-streams-close', '--no-preferred-addr'],
        ...[`--timeout=${seconds}s`, `--download=${folder}`, '--sni=localhost'],
        ...window,
        ...change,
        ...(options.args ?? []),
        options.host ?? '127.0.0.1',
        String(options.port),
        `https://localhost:${options.port}${options.path}`,
      ],
      { timeoutMs: options.timeoutMs ?? 60_000 },
    )
    const log = stdout + stderr
    const status = /\[:status: (\d+)\]/.exec(log)?.[1]
    return {
      code,
      status: status === undefined ? undefined : Number(status),
      ...(await hashed(join(folder, basename(options.path)))),
      pathChallenges: log.match(/frm rx .*PATH_CHALLENGE/g)?.length ?? 0,
      log: log.slice(-4000),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function windows(bytes: number): string[] {
  return [
    `--max-data=${bytes}`,
    `--max-stream-data-bidi-local=${bytes}`,
    `--max-window=${bytes}`,
    `--max-stream-window=${bytes}`,
  ]
}

async function hashed(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await pipeline(createReadStream(file), async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        bytes += chunk.length
        hash.update(chunk)
      }
    })
  } catch (error) {
    // No file: nothing arrived, which is a result.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return { bytes, sha256: hash.digest('hex') }
}
