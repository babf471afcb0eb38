/** SIGTERM and SIGINT: the first asks to finish, the second to stop. */

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
  const onSignal = (signal: NodeJS.Signals): void => {
    seen++
    if (seen === 1) first.resolve(signal)
    else second.resolve(signal)
    // Whoever signals a third time wants the process gone, whatever it is doing.
    if (seen === 2) release()
  }
  const release = (): void => {
    process.off('SIGTERM', onSignal)
    process.off('SIGINT', onSignal)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return { first: first.promise, second: second.promise, release }
}
