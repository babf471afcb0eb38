/** From a configuration to a process that serves until it is told to stop: what `start` and `demo` share. */
import type { ListeningAddress } from '../app/app.ts'
import type { RoamConfig } from '../config/types.ts'
import { adminToken, NO_ADMIN, openAdmin } from './admin.ts'
import type { OpenLog } from './logger.ts'
import type { FileSource } from './reload-file.ts'
import { watchSignals } from './signals.ts'
import { explainStartFailure } from './start-failure.ts'
import { NOBODY, type Succession } from './succession.ts'

/** What differs between the two. */
export interface ServeOptions {
  readonly config: RoamConfig
  readonly output: OpenLog
  /** What processes of one deployment share. */
  readonly secret?: Buffer | undefined
  /** Where the configuration can be read again. */
  readonly source?: FileSource
  /** Absent: neither takes this process over from another, nor another from it. */
  readonly succession?: Succession
  /** Where ports are chosen, for somebody whose port is taken; follows "stop that one, or". */
  readonly portAdvice: string
  readonly onListening: (addresses: readonly ListeningAddress[]) => void
  /** At the first signal, for whoever reads no log. */
  readonly onDraining?: () => void
}

/** Resolves when everything is closed. Rejects with a UserError where a port, a right or the addon is missing. */
export async function serve({
  config,
  output,
  secret,
  source,
  succession,
  portAdvice,
  onListening,
  onDraining,
}: ServeOptions): Promise<void> {
  const { log, dropped } = output
  const signals = watchSignals()
  let stopFollowing = () => {}
  let waiting = NOBODY
  let admin = NO_ADMIN
  try {
    // Loaded here: `roam check` and `roam init` need no engine, and say what they have to say at once.
    const { createApp } = await import('../app/app.ts')
    // Before a running process is asked to go: nothing that can fail comes after that.
    const token = adminToken(config)
    const inheritance = await succession?.inherit()
    const app = createApp(config, {
      log,
      logLinesDropped: dropped,
      ...(inheritance && { secret: inheritance.secret, generation: inheritance.generation }),
      ...(secret && { secret }),
      ...(source && { source }),
    })
    if (source !== undefined) stopFollowing = source.follow(app)
    const addresses = await Promise.race([app.listen(inheritance), signals.first])
    if (typeof addresses === 'string') {
      inheritance?.abandon()
      await app.close()
      return
    }
    try {
      admin = await openAdmin(config, { app, log, token }, inheritance !== undefined)
    } catch (error) {
      await app.close()
      throw error
    }
    onListening(addresses)
    if (succession !== undefined) waiting = succession.wait(app)
    const reason = await Promise.race([signals.first, waiting.successor])
    waiting.close()
    onDraining?.()
    // The next process needs the port.
    if (typeof reason === 'number') await admin.close()
    const { generation } = app.estate()
    if (typeof reason === 'number') app.events.emit('takeover:done', { role: 'old', generation })
    const cause = typeof reason === 'number' ? { 'roam.successor': reason } : { 'roam.signal': reason }
    log.info(cause, 'draining: no new connections, running requests may finish')
    await Promise.race([app.drain(), signals.second.then(() => app.close())])
    log.info('stopped')
  } catch (error) {
    throw explainStartFailure(error, portAdvice)
  } finally {
    stopFollowing()
    waiting.close()
    await admin.close()
    signals.release()
  }
}
