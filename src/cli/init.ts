/** `roam init`: writes a commented configuration to start from. */
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import type { Command } from 'commander'
import { configTemplate } from './init-template.ts'
import { answersFrom, nextSteps } from './init/moodle.ts'
import type { MoodleFlags } from './init/moodle.ts'
import { moodleTemplate } from './init/moodle-template.ts'
import { codeOf, UserError } from './user-error.ts'

interface Options extends MoodleFlags {
  readonly output: string
  readonly force: boolean
  readonly preset?: 'moodle'
}

/** Adds the command. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a commented configuration to start from')
    .option('-o, --output <file>', 'where to', 'roam.yaml')
    .option('--force', 'overwrite the file', false)
    .addOption(
      new Option('--preset <name>', 'for an application; asks for what is not given').choices(['moodle']),
    )
    .option('--wwwroot <url>', 'with --preset moodle: the address of the site, as in $CFG->wwwroot')
    .option(
      '--node <id=url>',
      'with --preset moodle: a web server of the site; once for each',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--cert <file>', 'with --preset moodle: PEM of the certificate and its chain')
    .option('--key <file>', 'with --preset moodle: PEM of its key')
    .action(init)
}

async function init({ output, force, preset, ...flags }: Options): Promise<void> {
  if (preset === undefined) {
    const [stray] = Object.keys(flags)
    if (stray !== undefined) throw new UserError(`--${stray} goes with --preset moodle`)
    write(output, configTemplate(schemaFor(output)), force)
    process.stdout.write(`wrote ${output}; edit it, then: roam check --config ${output}\n`)
    return
  }
  // Before anything is asked: the answers would be lost.
  if (!force && existsSync(output)) throw new UserError(`${output} exists already; --force overwrites it`)
  const { stdin, stdout } = process
  const answers = await answersFrom(
    flags,
    stdin.isTTY && stdout.isTTY ? { input: stdin, output: stdout } : undefined,
  )
  const seen = { ...answers, cert: seenFrom(output, answers.cert), key: seenFrom(output, answers.key) }
  write(output, moodleTemplate(seen, schemaFor(output)), force)
  stdout.write(nextSteps(answers, output))
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

/** Paths in a configuration are relative to it, those in flags to where the command runs. */
function seenFrom(output: string, file: string): string {
  return isAbsolute(file) ? file : relative(dirname(resolve(output)), resolve(file))
}
