/** Where log lines go: in blocks, without waiting for the reader, and without keeping more than a bound for it. */
import { pino } from 'pino'

/**
 * What may wait for a slow reader before lines are dropped: telemetry must not take the memory that requests need.
 */
const MAX_WAITING_BYTES = 8 * 1024 * 1024
/**
 * Lines are joined here: pino's destination can do that too, but measures its whole block again for each line
 * (sonic-boom 4.2), which costs more than writing the line.
 */
const BLOCK_CHARACTERS = 32 * 1024
/** Nobody waits longer than this for a line. */
const WRITE_EVERY_MS = 200
/** A reader that stands still does not keep the process from ending for longer than this. */
const CLOSE_TIMEOUT_MS = 1000

export class LogOutput {
  readonly #destination
  #lines: string[] = []
  #characters = 0
  /** Lines that are missing, all together. */
  dropped = 0
  #told = 0
  #timer: NodeJS.Timeout | undefined

  /**
   * @param descriptor of an open file
   * @param onDropped the reader is back; so many lines are missing
   */
  constructor(descriptor: number, onDropped: (lines: number) => void = () => {}) {
    this.#destination = pino.destination({ dest: descriptor, sync: false, maxLength: MAX_WAITING_BYTES })
    // A reader that is gone (head, a closed terminal) ends the log, not the load balancer.
    this.#destination.on('error', () => {})
    this.#destination.on('drop', (block: string) => {
      this.dropped += block.split('\n').length - 1
    })
    this.#destination.on('drain', () => {
      const lines = this.dropped - this.#told
      this.#told = this.dropped
      if (lines > 0) onDropped(lines)
    })
  }

  write(line: string): void {
    this.#lines.push(line)
    this.#characters += line.length
    if (this.#characters >= BLOCK_CHARACTERS) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), WRITE_EVERY_MS).unref()
  }

  /** Resolves when what is still waiting was written, or cannot be within a second; for the very end of the process. */
  async close(): Promise<void> {
    this.#flush()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const tooLong = setTimeout(() => resolve(undefined), CLOSE_TIMEOUT_MS)
    this.#destination.once('close', () => resolve(undefined))
    this.#destination.end()
    await promise
    clearTimeout(tooLong)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const block = this.#lines.join('')
    this.#lines = []
    this.#characters = 0
    this.#destination.write(block)
  }
}
