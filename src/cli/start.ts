/** `roam start`: serves until SIGTERM or SIGINT, and reads its configuration again at SIGHUP. */
import type { Command } from 'commander'
import { formatAddress } from '../config/address.ts'
import { loadConfig } from '../config/load.ts'
import { readOrCreateSecret } from '../config/secret-file.ts'
import { logSettings, openLog } from './logger.ts'
import { fileSource } from './reload-file.ts'
import { serve } from './serve.ts'
import { succession } from './succession.ts'

/** Adds the command. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('serve, as the configuration says')
    .option('-c, --config <file>', 'configuration file', 'roam.yaml')
    .option('--takeover', 'replace the running process of this configuration without refusing a connection')
    .action(async ({ config, takeover = false }: { config: string; takeover?: boolean }) =>
      start(config, takeover),
    )
}

async function start(file: string, takeover: boolean): Promise<void> {
  const { config, warnings } = loadConfig(file)
  // What is doubtful about the file, or about having none, was among the warnings already.
  const secret = config.secretFile === undefined ? undefined : readOrCreateSecret(config.secretFile).bytes
  const portAdvice = `change its address in ${file}`
  const output = openLog(logSettings(config.log, process.env))
  const { log } = output
  try {
    for (const warning of warnings) log.warn(warning)
    await serve({
      config,
      ...{ output, secret, portAdvice },
      source: fileSource(file, config, portAdvice, log),
      succession: succession(file, takeover, process.env, log),
      onListening: (addresses) => {
        for (const { host, port, protocols } of addresses) {
          log.info({ 'roam.protocols': protocols }, `listening on ${formatAddress({ host, port })}`)
        }
      },
    })
  } finally {
    await output.close()
  }
}
