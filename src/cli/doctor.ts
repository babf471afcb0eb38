/** `roam doctor`: looks at Roam and at what watches it, and says what to do. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import type { RoamConfig } from '../config/types.ts'
import { parseTimeoutArgument, parseUrlArgument } from './arguments.ts'
import type { DoctorOptions } from './doctor/context.ts'
import { findMoodle } from './doctor/moodle/target.ts'
import type { MoodleTarget } from './doctor/moodle/target.ts'
import { readAuthority } from './probe/authority.ts'
import { UserError } from './user-error.ts'

interface Options {
  readonly url?: URL
  readonly prometheus: URL | false
  readonly grafana: URL | false
  readonly moodle?: URL
  readonly ca?: string
  readonly config?: string
  readonly timeout: number
  readonly json: boolean
}

const DEFAULT_URL = 'https://localhost:9443'
const DEFAULT_METRICS_PATH = '/metrics'

const HELP = `
Exit code: 0 when no check failed, whatever the warnings; 1 otherwise.
Grafana is tried with its default password, once. Where that is not in force, its data source is asked for with the
password in GF_SECURITY_ADMIN_PASSWORD, over https:// or on this machine only.`

/** Adds the command. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check Roam and its monitoring from end to end, and say what to do')
    .addOption(
      new Option(
        '--url <url>',
        `a listener of Roam (default: the first one with certificates in --config, else ${DEFAULT_URL})`,
      ).argParser(parseUrlArgument),
    )
    .addOption(urlOption('--prometheus <url>', 'where Prometheus answers', 'http://localhost:9090'))
    .option('--no-prometheus', 'there is no Prometheus')
    .addOption(urlOption('--grafana <url>', 'where Grafana answers', 'http://localhost:3000'))
    .option('--no-grafana', 'there is no Grafana')
    .addOption(
      new Option(
        '--moodle <wwwroot>',
        'check the Moodle behind it, by its $CFG->wwwroot (default: the host of the route and the port in --config, where health checks ask a Moodle)',
      ).argParser(parseUrlArgument),
    )
    .option('--ca <file>', 'PEM of an authority to trust besides the usual ones (default: none)')
    .option(
      '-c, --config <file>',
      'configuration of Roam: its port, metrics.path and protocols (default: none)',
    )
    .addOption(
      new Option('--timeout <duration>', 'give up a request after')
        .argParser(parseTimeoutArgument)
        .default(5000, '5s'),
    )
    .option('--json', 'for programs', false)
    .addHelpText('after', HELP)
    .action(doctor)
}

async function doctor(options: Options): Promise<void> {
  const { CHECKS, MOODLE_CHECKS } = await import('./doctor/checks.ts')
  const { DoctorContext } = await import('./doctor/context.ts')
  const { renderReport, styleOf } = await import('./doctor/render.ts')
  const { runChecks } = await import('./doctor/run.ts')
  const resolved = resolve(options)
  const checks = resolved.moodle === undefined ? CHECKS : [...CHECKS, ...MOODLE_CHECKS]
  const style = styleOf(process.stdout, process.env)
  const reports = []
  for await (const report of runChecks(checks, new DoctorContext(resolved))) {
    reports.push(report)
    if (!options.json) process.stdout.write(renderReport(report, style))
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ checks: reports }, undefined, 2)}\n`)
  const failed = reports.filter(({ status }) => status === 'fail').length
  if (failed > 0) throw new UserError(`${failed} of ${reports.length} checks failed`)
}

function resolve({ url, prometheus, grafana, moodle, ca, config: file, timeout }: Options): DoctorOptions {
  // Its URL is shown by several checks.
  if (url !== undefined && url.username + url.password !== '')
    throw new UserError('--url holds a user or password: Roam asks for none, leave it out')
  const config = file === undefined ? undefined : loadConfig(file).config
  const site = findMoodle(config, moodle)
  return {
    url:
      url ?? (config === undefined ? new URL(moodle?.origin ?? DEFAULT_URL) : new URL(listenerUrl(config))),
    serverName: url === undefined ? publicName(config, site) : undefined,
    metricsPath: config?.metrics.path ?? DEFAULT_METRICS_PATH,
    prometheus: prometheus === false ? undefined : prometheus,
    grafana: grafana === false ? undefined : grafana,
    ca: ca === undefined ? undefined : readAuthority(ca),
    config,
    moodle: site,
    timeoutMs: timeout,
    env: process.env,
  }
}

/** Behind an address of this machine. Undefined where the routes take any name. */
function publicName(config: RoamConfig | undefined, moodle: MoodleTarget | undefined): string | undefined {
  return moodle?.wwwroot?.hostname ?? config?.routes.find(({ host }) => !host.startsWith('*'))?.host
}

/** The name for where no route has one. */
function listenerUrl({ listeners }: RoamConfig): string {
  const secure = listeners.find(({ certificates }) => certificates.length > 0)
  const { port } = secure ?? listeners[0]!
  return `${secure === undefined ? 'http' : 'https'}://localhost:${port}`
}

function urlOption(flags: string, description: string, url: string): Option {
  return new Option(flags, description).argParser(parseUrlArgument).default(new URL(url), url)
}
