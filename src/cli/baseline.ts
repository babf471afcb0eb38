/** `roam baseline`: a site's figures before a change, kept for longer than Prometheus keeps them, and compared with later ones. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { parseTimeoutArgument, parseUrlArgument } from './arguments.ts'

interface ExportOptions {
  readonly prometheus: URL
  readonly out: string
  readonly days: number
  readonly until?: Date
  readonly name?: string
  readonly job: string
  readonly textfile?: string
  readonly timeout: number
}

const MAX_DAYS = 366
const MINUTE_MS = 60_000
/** A time without a zone would be this machine's, and everything else here is UTC. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/

const EXPORT_HELP = `
A day is the 24 hours before its end; the ends of all days in FILE are at one time of day, that of its first export.
Prometheus forgets (after 200 h, unless set otherwise): run this once a day to gather more days than it keeps.
  0 3 * * *  roam baseline export --out /var/lib/roam/before.json
A FILE that exists is added to. A day in it gives way only to one that was scraped for longer.`

const COMPARE_HELP = `
Difference is after − before, ratio is after ÷ before. Intervals need 5 days on each side.`

/** Adds the command. */
export function addBaseline(program: Command): void {
  const baseline = program
    .command('baseline')
    .description('keep the figures of a period, and compare a later one with it')
  addExport(baseline)
  baseline
    .command('show')
    .description('show the figures of a file, by protocol')
    .argument('<file>', 'what roam baseline export wrote')
    .action(async (file: string) => {
      const { readBaseline } = await import('./baseline/file.ts')
      const { renderBaseline } = await import('./baseline/render-show.ts')
      process.stdout.write(renderBaseline(readBaseline(file)))
    })
  baseline
    .command('compare')
    .description('say what differs between two files, and whether the difference is more than chance')
    .argument('<before>', 'what roam baseline export wrote')
    .argument('<after>', 'the same of a later period')
    .option('--json', 'for programs: ratios of 1, seconds, bytes', false)
    .addHelpText('after', COMPARE_HELP)
    .action(async (before: string, after: string, { json }: { json: boolean }) => {
      const { readBaseline } = await import('./baseline/file.ts')
      const { compare } = await import('./baseline/compare.ts')
      const { renderComparison } = await import('./baseline/render-compare.ts')
      const comparison = compare(readBaseline(before), readBaseline(after))
      process.stdout.write(
        json ? `${JSON.stringify(comparison, undefined, 2)}\n` : renderComparison(comparison),
      )
    })
}

function addExport(baseline: Command): void {
  baseline
    .command('export')
    .description('take the daily summaries of a period out of Prometheus into a file')
    .addOption(
      new Option('--prometheus <url>', 'where Prometheus answers')
        .argParser(parseUrlArgument)
        .default(new URL('http://localhost:9090'), 'http://localhost:9090'),
    )
    .requiredOption('--out <file>', 'file to write or to add to')
    .addOption(
      new Option('--days <number>', `how many days to take, 1 to ${MAX_DAYS}`)
        .argParser(parseDays)
        .default(7, '7'),
    )
    .addOption(
      new Option(
        '--until <date>',
        'end of the last day, such as 2026-11-20 (its 00:00 UTC) or 2026-11-20T03:00Z (default: now)',
      ).argParser(parseDate),
    )
    .option('--name <text>', 'what these days were, such as "HTTP/1.1 before the switch"')
    .option('--job <name>', 'scrape job; its instances are added up', 'roam')
    .option(
      '--textfile <folder>',
      'of node-exporter’s textfile collector: the time of this export goes there, for the alert BaselineExportStale',
    )
    .addOption(
      new Option('--timeout <duration>', 'give up a query after')
        .argParser(parseTimeoutArgument)
        .default(30_000, '30s'),
    )
    .addHelpText('after', EXPORT_HELP)
    .action(async (options: ExportOptions) => {
      const { PrometheusApi } = await import('./prometheus-api.ts')
      const { exportBaseline } = await import('./baseline/export.ts')
      const now = new Date()
      // Whole minutes: a job that is started by cron must not be late by the seconds of its first run.
      const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)
      const lines = await exportBaseline({
        prometheus: new PrometheusApi(options.prometheus, options.timeout),
        file: options.out,
        days: options.days,
        until: options.until ?? minute,
        job: options.job,
        name: options.name,
        textfile: options.textfile,
        now,
      })
      process.stdout.write(`${lines.join('\n')}\n`)
    })
}

function parseDays(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS) return days
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_DAYS}.`)
}

function parseDate(text: string): Date {
  const date = new Date(text)
  if (ISO_DATE.test(text) && !Number.isNaN(date.getTime())) return date
  throw new InvalidArgumentError(
    'It must be an ISO 8601 date such as 2026-11-20 or 2026-11-20T03:00Z, with its zone where it has a time.',
  )
}
