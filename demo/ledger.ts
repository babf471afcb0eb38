/** What a backend really received: tests compare it with what the client believes. */
import type { IncomingMessage } from 'node:http'

/** One request as it arrived. */
export interface LedgerEntry {
  readonly method: string
  /** Byte for byte as received. */
  readonly target: string
  readonly httpVersion: string
  /** Name, value, name, value … with the letter case received. */
  readonly rawHeaders: readonly string[]
  /** Milliseconds, monotonic. */
  readonly startedAt: number
  bodyBytes: number
  /** The answer was handed over whole. */
  finished: boolean
}

/** Enough for any test, and a demo may run for weeks. */
const MAX_ENTRIES = 10_000

/** The last 10 000 requests of a backend. */
export class Ledger {
  readonly entries: LedgerEntry[] = []
  /** All requests since the start. */
  total = 0

  /** Writes a request down. */
  open(request: IncomingMessage): LedgerEntry {
    const entry: LedgerEntry = {
      method: request.method ?? '',
      target: request.url ?? '',
      httpVersion: request.httpVersion,
      rawHeaders: request.rawHeaders,
      startedAt: performance.now(),
      bodyBytes: 0,
      finished: false,
    }
    this.total++
    this.entries.push(entry)
    if (this.entries.length > MAX_ENTRIES) this.entries.shift()
    return entry
  }

  /** How many requests of this method whose target starts like this. */
  count(method: string, targetPrefix: string): number {
    return this.entries.filter((entry) => entry.method === method && entry.target.startsWith(targetPrefix))
      .length
  }
}
