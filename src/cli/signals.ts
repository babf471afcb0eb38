/** SIGTERM and SIGINT: the first asks to finish, the second to stop. */

/**
 * Ctrl-C reaches every process of the terminal, and npm and bin/roam.mjs hand on what they get: what comes twice within
 * this time was sent once. Nobody means two things by two signals so close together.
 */
const SAME_SIGNAL_MS = 200

/** Both promises stay pending if nobody signals. */
export interface Signals {
  readonly first: Promise<NodeJS.Signals>
  readonly second: Promise<NodeJS.Signals>
  /** Gives the signals back their usual meaning. */
  release(): void
}

/** Starts to listen for them. */
export function watchSignals(): Signals {
  const first = Promise.withResolvers<NodeJS.Signals>()
  const second = Promise.withResolvers<NodeJS.Signals>()
  let seen = 0
  let lastAt = -Infinity
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now()
    const isEcho = now - lastAt < SAME_SIGNAL_MS
    lastAt = now
    if (isEcho) return
    seen++
    if (seen === 1) first.resolve(signal)
    else second.resolve(signal)
    // Whoever signals a third time wants the process gone, whatever it is doing.
    if (seen === 2) setTimeout(release, SAME_SIGNAL_MS).unref()
  }
  const release = (): void => {
    process.off('SIGTERM', onSignal)
    process.off('SIGINT', onSignal)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return { first: first.promise, second: second.promise, release }
}
