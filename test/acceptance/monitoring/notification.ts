/** What somebody is told: one group, complete sentences, and a link that leads somewhere. */
import type { AlertGroup } from '../../monitoring/support/alertmanager.ts'

const TEXTS = ['summary', 'description', 'runbook_url', 'dashboard_url'] as const
/** A template that was not rendered, or had nothing to render. */
export function isUnrendered(text: string): boolean {
  return text === '' || /\{\{|<no value>|<nil>|NaN|%!/.test(text)
}

/** What is wrong with it, a line each. `prometheusUrl` serves the runbook. */
export async function groupProblems(group: AlertGroup, prometheusUrl: string): Promise<readonly string[]> {
  const wrong: string[] = []
  const names = Object.keys(group.labels).toSorted().join(', ')
  if (names !== 'alertname, job') wrong.push(`grouped by ${names}`)
  if (group.labels['job'] !== 'roam') wrong.push(`grouped under job ${group.labels['job'] ?? '?'}`)
  for (const { labels, annotations } of group.alerts) {
    if (labels['severity'] === undefined) wrong.push('no severity')
    for (const name of TEXTS) {
      const text = annotations[name] ?? ''
      if (isUnrendered(text)) wrong.push(`${name}: ${text || 'missing'}`)
    }
    const runbook = annotations['runbook_url'] ?? ''
    if (!(await leadsSomewhere(runbook, prometheusUrl))) wrong.push(`nothing there: ${runbook}`)
  }
  return wrong
}

/** The page is served, and has the anchor. */
async function leadsSomewhere(link: string, prometheusUrl: string): Promise<boolean> {
  const { pathname, hash, port } = new URL(link)
  if (port !== new URL(prometheusUrl).port) return false
  const answer = await fetch(prometheusUrl + pathname)
  return answer.ok && (await answer.text()).includes(`id="${hash.slice(1)}"`)
}
