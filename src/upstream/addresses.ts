/** The addresses behind a backend's name: looked up again and again, used in turn. */
import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import type { Clock } from '../core/clock.ts'

/** Every address of a name, as the system knows it. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

export const systemResolve: Resolve = (name) => systemLookup(name, { all: true })

export interface AddressesParts {
  readonly resolve: Resolve
  readonly clock: Clock
  readonly refreshMs: number
  /** Not called for the first addresses. */
  readonly changed: (addresses: readonly string[]) => void
}

/** One name. A lookup that fails changes nothing: the last good addresses stay. */
export class Addresses {
  readonly #name: string
  readonly #parts: AddressesParts
  readonly #stop: () => void
  #known: readonly LookupAddress[] = []
  #lookup: Promise<readonly LookupAddress[]> | undefined
  #turn = 0
  #closed = false

  constructor(name: string, parts: AddressesParts) {
    this.#name = name
    this.#parts = parts
    // Whoever has no addresses yet asks for them by itself.
    this.#stop = parts.clock.every(parts.refreshMs, () => {
      if (this.#known.length > 0) this.#refresh().catch(() => {})
    })
  }

  /** For net.connect: each connection begins with the next address and tries the others after it. */
  readonly lookup: LookupFunction = (_name, options, callback) => {
    const answer = (all: readonly LookupAddress[]) => {
      const start = this.#turn++ % all.length
      const turned = [...all.slice(start), ...all.slice(0, start)]
      const first = turned[0]
      if (options.all === true) callback(null, turned)
      else if (first !== undefined) callback(null, first.address, first.family)
    }
    if (this.#known.length > 0) answer(this.#known)
    else this.#refresh().then(answer, (error: unknown) => callback(asSystemError(error), ''))
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  /** One lookup at a time; who asks meanwhile gets its answer too. */
  #refresh(): Promise<readonly LookupAddress[]> {
    this.#lookup ??= this.#ask().finally(() => {
      this.#lookup = undefined
    })
    return this.#lookup
  }

  async #ask(): Promise<readonly LookupAddress[]> {
    const found = await this.#parts.resolve(this.#name)
    if (found.length === 0)
      throw Object.assign(new Error(`${this.#name} has no address`), { code: 'ENOTFOUND' })
    const before = textOf(this.#known)
    const isFirst = this.#known.length === 0
    this.#known = found
    if (!isFirst && !this.#closed && textOf(found) !== before) {
      this.#parts.changed(found.map(({ address }) => address))
    }
    return found
  }
}

/** Name servers answer in another order each time: that is no change. */
function textOf(addresses: readonly LookupAddress[]): string {
  return addresses
    .map(({ address }) => address)
    .sort()
    .join(' ')
}

function asSystemError(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error))
}
