import { unwatchFile, watchFile } from 'node:fs'

/**
 * Looking is what works everywhere: with files that are renamed into place, behind symbolic links that are exchanged
 * (Kubernetes, certbot), and on network file systems.
 */
const LOOK_MS = 1_000
/** A certificate and its key are two files: whoever writes both gets this long. */
const QUIET_MS = 500

/** Calls back when a watched file has changed and then none has for a moment. */
export class FileWatch {
  readonly #onChange: () => void
  readonly #files = new Set<string>()
  #quiet: NodeJS.Timeout | undefined

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** These from now on; files that do not exist are watched for. */
  watch(files: readonly string[]): void {
    const wanted = new Set(files)
    for (const file of this.#files) {
      if (wanted.has(file)) continue
      unwatchFile(file, this.#changed)
      this.#files.delete(file)
    }
    for (const file of wanted) {
      if (this.#files.has(file)) continue
      watchFile(file, { interval: LOOK_MS, persistent: false }, this.#changed)
      this.#files.add(file)
    }
  }

  close(): void {
    this.watch([])
    clearTimeout(this.#quiet)
  }

  readonly #changed = (): void => {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(this.#onChange, QUIET_MS).unref()
  }
}
