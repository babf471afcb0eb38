/** `roam demo`, also `npm start`: everything that is needed to see Roam work, on one machine. */
import { join, relative, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { parseConfig } from '../config/load.ts'
import { BUILD } from '../version.ts'
import { startBackends } from './demo/backends.ts'
import { demoCommand } from './demo/command.ts'
import { demoConfig } from './demo/config.ts'
import { openDemoLog } from './demo/log.ts'
import { renderScreen } from './demo/screen.ts'
import { ensureDevCertificates } from './dev-ca/dev-certificates.ts'
import { serve } from './serve.ts'

const BACKENDS = 3

interface DemoOptions {
  readonly port: number
  readonly plainPort: number
  readonly backendPort: number
  readonly certs: string
  readonly log: boolean
}

/** Adds the command. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('serve three Moodle-like demo backends with a certificate made for this machine')
    .option('--port <port>', 'HTTPS: TCP and UDP', parsePort, 9443)
    .option('--plain-port <port>', 'plain HTTP/1.1', parsePort, 8080)
    .option('--backend-port <port>', 'the first of three, one after the other', parsePort, 8001)
    .option('--certs <directory>', 'where the development CA is kept', 'certs')
    .option('--log', 'show requests here instead of writing them to roam-demo.log', false)
    .action((options: DemoOptions) => demo(options))
}

async function demo(options: DemoOptions): Promise<void> {
  const { authority, site } = ensureDevCertificates(resolve(options.certs))
  const backends = await startBackends(BACKENDS, options.backendPort, notice)
  const logFile = options.log ? undefined : resolve('roam-demo.log')
  const output = openDemoLog(logFile)
  try {
    const parts = { port: options.port, plainPort: options.plainPort, site, backends: backends.all }
    const { config } = parseConfig(demoConfig(parts), join(resolve(), 'demo'))
    await serve({
      config,
      output,
      portAdvice: `choose others: ${demoCommand('--port 19443 --plain-port 18080')}`,
      onListening: ([secure, plain]) => {
        const screen = renderScreen({
          version: BUILD.version,
          port: secure?.port ?? options.port,
          plainPort: plain?.port ?? options.plainPort,
          backends: backends.all,
          authority: relative('', authority),
          logFile: logFile && relative('', logFile),
        })
        process.stdout.write(screen)
      },
      onDraining: () => {
        const seconds = config.drainTimeoutMs / 1000
        const text = `draining: running requests finish, ${seconds} s at most; Ctrl-C again stops at once`
        process.stdout.write(`\n${text}\n`)
      },
    })
  } finally {
    await backends.stop()
    await output.close()
  }
}

function notice(text: string): void {
  process.stdout.write(`[demo] ${text}\n`)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a number from 0 to 65535 (0: any free port).')
}
