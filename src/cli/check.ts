/** `roam check`: says everything that is wrong with a configuration, without starting anything. */
import type { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import type { RoamConfig } from '../config/types.ts'

/** Adds the command. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      'say what is wrong with a configuration, its certificates included; exit code 1 if anything is',
    )
    .option('-c, --config <file>', 'configuration file', 'roam.yaml')
    .action(({ config: file }: { config: string }) => {
      const { config, warnings } = loadConfig(file)
      for (const warning of warnings) process.stderr.write(`${file}: warning: ${warning}\n`)
      process.stdout.write(`${file} is valid: ${summary(config)}\n`)
    })
}

function summary({ listeners, pools, routes }: RoamConfig): string {
  const backends = pools.reduce((sum, pool) => sum + pool.backends.length, 0)
  return [
    plural(listeners.length, 'listener'),
    `${plural(pools.length, 'pool')} with ${plural(backends, 'backend')}`,
    plural(routes.length, 'route'),
  ].join(', ')
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
