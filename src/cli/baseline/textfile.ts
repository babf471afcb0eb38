/** When days were last exported, as node-exporter's textfile collector reads it: an alert tells that exports have stopped. */
import { join } from 'node:path'
import { writeWhole } from '../write-whole.ts'

export const EXPORTED_AT = 'quic_baseline_export_timestamp_seconds'
export const TEXTFILE = 'roam_baseline.prom'

/** Throws a UserError where the folder is not there. */
export function writeTextfile(folder: string, now: Date): void {
  writeWhole(
    join(folder, TEXTFILE),
    `# HELP ${EXPORTED_AT} Unix time of the last roam baseline export that had the day it was to end with.
# TYPE ${EXPORTED_AT} gauge
${EXPORTED_AT} ${now.getTime() / 1000}
`,
  )
}
