/** An HTTP/3 connection that stays open, on aioquic: requests when the test says so, and everything that came back. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { PYTHON } from './client.ts'
import type { Roam } from './roam.ts'

const SCRIPT = fileURLToPath(new URL('aioquic/keep.py', import.meta.url))

export interface H3Event {
  readonly event: 'open' | 'response' | 'end' | 'reset' | 'goaway' | 'close'
  readonly stream?: number
  readonly status?: number
  readonly code?: number
  /** GOAWAY's: the first stream that is not served. */
  readonly id?: number
}

export interface KeptH3 {
  readonly events: readonly H3Event[]
  /** Sends a GET. */
  get(path: string): void
  /** Resolves with the first event of this kind, be it past. */
  seen(event: H3Event['event'], stream?: number): Promise<H3Event>
}

/** Open when it resolves, gone when the test ends. */
export async function keepH3(t: Test, roam: Pick<Roam, 'port' | 'caFile'>): Promise<KeptH3> {
  const child = spawn(PYTHON, [SCRIPT, String(roam.port), roam.caFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const events: H3Event[] = []
  const watchers = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    events.push(JSON.parse(line) as H3Event)
    for (const look of watchers) look()
  })
  const seen: KeptH3['seen'] = (event, stream) =>
    new Promise((resolve) => {
      const look = () => {
        const found = events.find(
          (one) => one.event === event && (stream === undefined || one.stream === stream),
        )
        if (found === undefined) return
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
    })
  await seen('open')
  return { events, get: (path) => void child.stdin.write(`${path}\n`), seen }
}
