/** `roam init`: writes a commented configuration to start from. */
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { configTemplate } from './init-template.ts'
import { codeOf, UserError } from './user-error.ts'

/** Adds the command. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a commented configuration to start from')
    .option('-o, --output <file>', 'where to', 'roam.yaml')
    .option('--force', 'overwrite the file', false)
    .action(({ output, force }: { output: string; force: boolean }) => {
      write(output, configTemplate(schemaFor(output)), force)
      process.stdout.write(`wrote ${output}; edit it, then: roam check --config ${output}\n`)
    })
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST')
      throw new UserError(`${file} exists already; --force overwrites it`, { cause: error })
    throw new UserError(`${file} cannot be written (${code ?? String(error)})`, { cause: error })
  }
}

/** The schema in this package, as seen from the file: no network, and always the version that runs. */
function schemaFor(output: string): string {
  const fromSource = new URL('../../docs/roam.schema.json', import.meta.url)
  const fromBuild = new URL('../../../docs/roam.schema.json', import.meta.url)
  const schema = fileURLToPath(existsSync(fromSource) ? fromSource : fromBuild)
  const path = relative(dirname(resolve(output)), schema)
  return path.startsWith('.') ? path : `./${path}`
}
