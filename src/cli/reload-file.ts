/** Reloading of `roam start`: reads its file again when a signal or a change of a file asks for it. */
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import type { App, ConfigSource } from '../app/app.ts'
import { CertificateError } from '../config/certificates.ts'
import { loadConfig } from '../config/load.ts'
import { ConfigError } from '../config/problem.ts'
import type { RoamConfig } from '../config/types.ts'
import { explainStartFailure } from './start-failure.ts'
import { UserError } from './user-error.ts'
import { FileWatch } from './watch-files.ts'

export interface FileSource extends ConfigSource {
  /** Reloads at SIGHUP, and where the configuration says so when a file changes, until the returned function is called. */
  follow(app: App): () => void
}

/** @param loaded what the file said at the start */
export function fileSource(file: string, loaded: RoamConfig, portAdvice: string, log: Logger): FileSource {
  let latest = loaded
  return {
    load() {
      const { config, warnings } = loadConfig(file)
      for (const warning of warnings) log.warn(warning)
      latest = config
      return config
    },
    explain(error) {
      const explained = explainStartFailure(error, portAdvice)
      if (explained instanceof UserError) return explained.message
      if (!(error instanceof Error)) return String(error)
      const isExpected = error instanceof ConfigError || error instanceof CertificateError
      if (!isExpected && error.name !== 'ReloadRefused') log.error({ err: error }, 'reload failed')
      return error.message
    },
    follow(app) {
      const onHangup = () => void app.control.reload('signal')
      const watch = new FileWatch(() => void app.control.reload('file'))
      const rewatch = () => watch.watch(latest.reloadOnChange ? filesOf(file, latest) : [])
      rewatch()
      process.on('SIGHUP', onHangup)
      app.events.on('config:reload', rewatch)
      return () => {
        process.off('SIGHUP', onHangup)
        app.events.off('config:reload', rewatch)
        watch.close()
      }
    },
  }
}

function filesOf(file: string, { listeners }: RoamConfig): string[] {
  const pairs = listeners.flatMap(({ certificates }) => certificates)
  return [resolve(file), ...pairs.flatMap(({ cert, key }) => [cert, key])]
}
