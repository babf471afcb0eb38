import { fail, ok, warn } from '../check.ts'
import type { Check } from '../check.ts'

/** Groups of the shipped monitoring/prometheus/rules/*.yml. */
export const RULE_GROUPS = [
  'roam-requests',
  'roam-objectives',
  'roam-objectives-slow',
  'roam-transport',
  'roam-balancing',
  'roam-daily',
  'roam-specification',
  'roam-objectives-alerts',
  'roam-availability',
  'roam-connections',
  'roam-http3',
  'roam-backends',
  'roam-queueing',
  'roam-process',
  'roam-operation',
  'roam-monitoring',
] as const

interface Rule {
  readonly name: string
  readonly health: 'ok' | 'err' | 'unknown'
  readonly lastError?: string
}

export const rulesCheck: Check = {
  id: 'rules',
  title: 'Rules',
  async run(context) {
    const prometheus = await context.prometheus()
    const groups = (await prometheus.api('rules', 'groups')) as { name: string; rules: Rule[] }[]
    const missing = RULE_GROUPS.filter((name) => !groups.some((group) => group.name === name))
    if (missing.length > 0) {
      return fail(
        `not loaded: ${missing.join(', ')}`,
        `Prometheus needs monitoring/prometheus/rules/*.yml under rule_files; after a change curl -X POST ${prometheus.address}/-/reload`,
      )
    }
    const rules = groups.flatMap((group) => group.rules)
    const broken = rules.find(({ health }) => health === 'err')
    if (broken !== undefined) {
      return fail(
        `${broken.name} cannot be evaluated: ${broken.lastError ?? 'unknown error'}`,
        'Its alerts stay silent. Compare the rules with those of this version of Roam, and open /rules in Prometheus.',
      )
    }
    const waiting = rules.filter(({ health }) => health === 'unknown').length
    if (waiting > 0)
      return warn(`${waiting} of ${rules.length} have not been evaluated yet`, 'Ask again in two minutes.')
    return ok(`${rules.length} in ${groups.length} groups, all evaluated`)
  },
}
