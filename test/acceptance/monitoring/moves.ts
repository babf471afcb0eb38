/** Clients that change their address in the middle of a download: some arrive, some are never heard of again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { quinnGet } from '../../support/client-quinn.ts'
import { UdpRelay } from '../../support/udp-relay.ts'
import type { Roam } from './roam.ts'

const ENDLESS = '/bytes/200000000'
/** Little at a time, so that there is always something on its way. */
const SLOWLY = ['--read-rate', '20000', '--window', '30000', '--keep-alive', '500']
const HOUR_MS = 3_600_000
async function download(
  roam: Roam,
  port: number,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const request = {
    port,
    ca: roam.caFile,
    path: ENDLESS,
    args: [...SLOWLY, ...args],
    timeoutMs: HOUR_MS,
    signal,
  }
  // It ends as it may, and the next one waits a little: a Roam that is gone refuses at once.
  await quinnGet(request).catch(() => {})
  await sleep(500)
}

/** Runs `step` so often until the signal comes. */
async function repeat(everyMs: number, signal: AbortSignal, step: () => unknown): Promise<void> {
  for (;;) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await step()
  }
}

/** Two clients behind a NAT that can change their ports, and one that changes its own. */
export class Travellers {
  readonly #roam: Roam
  readonly #relay: UdpRelay
  readonly #gone = new AbortController()
  #moving = new AbortController()

  private constructor(roam: Roam, relay: UdpRelay) {
    this.#roam = roam
    this.#relay = relay
    void this.#download()
    void this.#download()
  }

  static async start(roam: Roam): Promise<Travellers> {
    return new Travellers(roam, await UdpRelay.start({ upstreamPort: roam.port }))
  }

  /** From now on, a new port so often. */
  move(everyMs: number): void {
    this.stay()
    this.#moving = new AbortController()
    const { signal } = this.#moving
    void repeat(everyMs, signal, () => this.#relay.rebind())
    void this.#wander(signal)
    void this.#browse(signal)
  }

  stay(): void {
    this.#moving.abort()
  }

  close(): void {
    this.stay()
    this.#gone.abort()
    this.#relay.close()
  }

  async #download(): Promise<void> {
    const { signal } = this.#gone
    while (!signal.aborted)
      await download(this.#roam, this.#relay.port, ['--deadline', String(HOUR_MS)], signal)
  }

  /** Five changes on purpose in half a minute, and again. */
  async #wander(signal: AbortSignal): Promise<void> {
    const changes = [4000, 9000, 14_000, 19_000, 24_000].flatMap((ms) => ['--change', `active@${ms}ms`])
    while (!signal.aborted)
      await download(this.#roam, this.#roam.port, [...changes, '--deadline', '30000'], signal)
  }

  /** A page a second, so that there is a first one after its change. One: the black holes' share has to stand out. */
  async #browse(signal: AbortSignal): Promise<void> {
    const { port, caFile: ca } = this.#roam
    const args = ['--change', 'active@9000ms', '--repeat', '30', '--pause', '1000']
    while (!signal.aborted)
      await quinnGet({ port, ca, path: '/my/?wstoken=browser', args, signal }).catch(() => sleep(1000))
  }
}

/** Clients whose new address can send but hears nothing: Roam gives the new path up after about 20 s. */
export class BlackHoles {
  readonly #roam: Roam
  readonly #ending = new AbortController()

  constructor(roam: Roam) {
    this.#roam = roam
  }

  /** One more so often. */
  swallow(everyMs: number): void {
    const { signal } = this.#ending
    void repeat(everyMs, signal, () => void this.#lose(signal))
  }

  close(): void {
    this.#ending.abort()
  }

  async #lose(signal: AbortSignal): Promise<void> {
    const relay = await UdpRelay.start({ upstreamPort: this.#roam.port })
    const args = ['--deadline', '60000', '--idle-timeout', '30000']
    const given = download(this.#roam, relay.port, args, signal)
    await Promise.race([relay.untilBytesToClient(40_000), given])
    relay.toClient.loss = 1
    await relay.rebind()
    await given
    relay.close()
  }
}
