/** The command `roam`: its name, its commands, and how it speaks when it is misused. */
import { Command, CommanderError } from 'commander'
import { BUILD } from '../version.ts'
import { addBaseline } from './baseline.ts'
import { addCheck } from './check.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addInit } from './init.ts'
import { addProbe } from './probe.ts'
import { addStart } from './start.ts'

/** Throws a CommanderError instead of ending the process: main.ts does that. */
export function createProgram(): Command {
  const program = new Command('roam')
    .description('HTTP/3, HTTP/2 and HTTP/1.1 load balancer')
    .version(BUILD.version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
  addStart(program)
  addCheck(program)
  addInit(program)
  addProbe(program)
  addDoctor(program)
  addBaseline(program)
  addDemo(program)
  return program
}

/** The exit code of a mistyped command, which has been told already, or of --help, which is none; undefined for all else. */
export function misuseCode(error: unknown): number | undefined {
  return error instanceof CommanderError ? error.exitCode : undefined
}

function oneLine(text: string): string {
  return `roam: ${text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ')}\n`
}
