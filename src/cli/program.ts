/** The command `roam`: its name, its commands, and how it speaks when it is misused. */
import { Command } from 'commander'
import { BUILD } from '../version.ts'
import { addCheck } from './check.ts'
import { addDemo } from './demo.ts'
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
  addDemo(program)
  return program
}

function oneLine(text: string): string {
  return `roam: ${text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ')}\n`
}
