/**
 * Writes every generated file; `--check` writes nothing and fails with the names of those that are out of date.
 * To add one: a function that returns its text, and a line in GENERATED.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { dashboardFiles } from '../monitoring/dashboards/files.ts'
import { renderAlerts, renderRecordingRules } from '../monitoring/rules/render.ts'
import { renderMetricsDoc } from '../src/telemetry/doc.ts'
import { adminReference } from './generators/admin-reference.ts'
import { configReference } from './generators/config-reference.ts'
import { configSchemaText } from './generators/config-schema.ts'
import { prometheusRule } from './generators/prometheus-rule.ts'
import { runbookPage } from './generators/runbook-page.ts'

/** Path from the repository's root → its text, before formatting. */
const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/ADMIN.md': adminReference,
  'docs/CONFIG.md': configReference,
  'docs/METRICS.md': renderMetricsDoc,
  'docs/roam.schema.json': configSchemaText,
  ...dashboardFiles(),
  'monitoring/kubernetes/prometheus-rule.yml': prometheusRule,
  'monitoring/prometheus/consoles/runbook.html': runbookPage,
  'monitoring/prometheus/rules/alerts.yml': renderAlerts,
  'monitoring/prometheus/rules/recording.yml': renderRecordingRules,
}

const check = process.argv.includes('--check')
const root = new URL('..', import.meta.url)
const stale: string[] = []

for (const [path, text] of Object.entries(GENERATED)) {
  const file = new URL(path, root)
  // Formatted like everything else, so that prettier and this script never disagree.
  const wanted = await format(await text(), { ...(await resolveConfig(file)), filepath: file.pathname })
  const present = await readFile(file, 'utf8').catch(() => undefined)
  if (present === wanted) continue
  stale.push(path)
  if (!check) await writeFile(file, wanted)
}

if (check && stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')} (npm run generate writes them)`)
  process.exitCode = 1
} else {
  for (const path of stale) console.log(`wrote ${path}`)
}
