/** Takes days out of Prometheus and puts them into a file, before Prometheus forgets them. */
import { BUILD } from '../../version.ts'
import type { PrometheusApi } from '../prometheus-api.ts'
import { UserError } from '../user-error.ts'
import type { Day } from './baseline.ts'
import { collectDay } from './collect.ts'
import { dayEnds, mergeDays } from './days.ts'
import { readBaselineIfThere, writeBaseline } from './file.ts'
import { formatTime } from './format.ts'
import { writeTextfile } from './textfile.ts'

export interface ExportRequest {
  readonly prometheus: PrometheusApi
  readonly file: string
  readonly days: number
  readonly until: Date
  readonly job: string
  /** Undefined: the name that the file has already. */
  readonly name: string | undefined
  /** Folder of node-exporter's textfile collector; undefined: nothing is written there. */
  readonly textfile: string | undefined
  readonly now: Date
}

/** Lines about what was done. Days that Prometheus has nothing of are named, never filled in. */
export async function exportBaseline(request: ExportRequest): Promise<string[]> {
  const { prometheus, file, job } = request
  const known = readBaselineIfThere(file)
  if (known !== undefined && known.job !== job) {
    throw new UserError(`${file} is of job ${known.job}, not ${job}: export to another file`)
  }
  const found: Day[] = []
  const missing: Date[] = []
  const ends = dayEnds(request.until, request.days, known?.days ?? [])
  for (const end of ends) {
    const day = await collectDay(prometheus, job, end)
    if (day === undefined) missing.push(end)
    else found.push(day)
  }
  const { days, added, replaced } = mergeDays(known?.days ?? [], found)
  const isThere = (end: Date) => days.some((day) => Date.parse(day.end) === end.getTime())
  const gaps = missing.filter((end) => !isThere(end)).map((end) => formatTime(end))
  if (found.length === 0) throw new UserError(nothing(request))
  const name = request.name ?? known?.name ?? `Baseline of job ${job}`
  if (added + replaced > 0 || name !== known?.name) {
    writeBaseline(file, {
      format: 'roam-baseline',
      version: 1,
      name,
      roam: BUILD.version,
      job,
      exportedAt: request.now.toISOString(),
      days,
    })
  }
  if (request.textfile !== undefined && isThere(ends.at(-1)!)) writeTextfile(request.textfile, request.now)
  return [
    ...(gaps.length === 0
      ? []
      : [
          `Prometheus had nothing for ${gaps.length === 1 ? 'the day that ends' : 'the days that end'} ${gaps.join(', ')} UTC: older than its retention, or Roam was not scraped, or the rules were not loaded`,
        ]),
    `${file}: ${days.length} ${days.length === 1 ? 'day' : 'days'} until ${formatTime(days.at(-1)!.end)} UTC (${added} added, ${replaced} replaced by more complete ones)`,
  ]
}

function nothing({ prometheus, job, days, until }: ExportRequest): string {
  return (
    `${prometheus.address} has no daily summaries of job ${job} for the ${days} days until ${formatTime(until)} UTC. ` +
    'They need the recording rules (group roam-daily) and a job that is scraped: roam doctor says which is missing. ' +
    'A Prometheus that has just begun needs two minutes.'
  )
}
