/** curl over HTTP/1.1 and HTTP/2, streaming: what users run. (Debian bookworm's has no HTTP/3.) */
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { patternStream } from './bytes.ts'
import { which } from './client-tools.ts'

export interface CurlResult {
  readonly code: number | null
  readonly bytes: number
  readonly sha256: string
  readonly body: string
  readonly stderr: string
}

export interface CurlOptions {
  readonly protocol: 'http/1.1' | 'h2'
  readonly port: number
  readonly ca: string
  readonly path: string
  /** POST so many bytes of the pattern. */
  readonly upload?: number
  /** Bytes a second at most. */
  readonly rate?: number
  /** Give up after so long; the result tells what came until then. */
  readonly seconds?: number
  readonly args?: readonly string[]
}

/** Streams, hashes and throws away; keeps the body only where it is short. */
export function curl(options: CurlOptions): Promise<CurlResult> {
  const program = which('curl')
  if (program === undefined) throw new Error('curl is not installed')
  const args = [
    ...['--silent', '--show-error', '--no-buffer', '--cacert', options.ca],
    options.protocol === 'h2' ? '--http2' : '--http1.1',
    ...(options.rate === undefined ? [] : ['--limit-rate', String(options.rate)]),
    ...(options.seconds === undefined ? [] : ['--max-time', String(options.seconds)]),
    // With a length: of an input without one curl would make chunks, and say both things at once.
    ...(options.upload === undefined
      ? []
      : [
          '-X',
          'POST',
          '-T',
          '-',
          '-H',
          `content-length: ${options.upload}`,
          '-H',
          'transfer-encoding:',
          '-H',
          'expect:',
        ]),
    ...(options.args ?? []),
    ...['--resolve', `localhost:${options.port}:127.0.0.1`],
    `https://localhost:${options.port}${options.path}`,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const hash = createHash('sha256')
    const start: Buffer[] = []
    let bytes = 0
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (bytes < 4096) start.push(chunk)
      bytes += chunk.length
      hash.update(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.on('error', () => {})
    if (options.upload === undefined) child.stdin.end()
    else patternStream(options.upload).pipe(child.stdin)
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({
        code,
        bytes,
        sha256: hash.digest('hex'),
        body: bytes <= 4096 ? Buffer.concat(start).toString() : '',
        stderr,
      }),
    )
  })
}
