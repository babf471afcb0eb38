/** Prometheus's own checks, run on this repository's files. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { type Finished, run, skipWithout, which } from '../../support/client-tools.ts'

const folder = fileURLToPath(new URL('../../../monitoring/prometheus/', import.meta.url))

/** For tap's `skip`. */
export const withoutPromtool = skipWithout('promtool', 'prometheus')

/** Paths are relative to monitoring/prometheus/. */
export function promtool(args: readonly string[], input?: Buffer): Promise<Finished> {
  return run(which('promtool') ?? 'promtool', args, {
    cwd: folder,
    ...(input === undefined ? {} : { input }),
  })
}

/** monitoring/prometheus/tests/*.yml, relative to monitoring/prometheus/. */
export const RULE_TESTS: readonly string[] = readdirSync(`${folder}tests`)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => `tests/${name}`)

/** What this repository's files of rule tests contain. */
export interface RuleTest {
  readonly name: string
  readonly promql_expr_test?: readonly {
    readonly expr: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
  }[]
  readonly alert_rule_test?: readonly {
    readonly alertname: string
    readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>> }[]
  }[]
}

export function ruleTests(): readonly RuleTest[] {
  return RULE_TESTS.flatMap(
    (path) => (load(readFileSync(folder + path, 'utf8')) as { tests: readonly RuleTest[] }).tests,
  )
}
