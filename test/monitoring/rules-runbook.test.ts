import { readFileSync } from 'node:fs'
import t from 'tap'
import { runbookAnchor } from '../../monitoring/links.ts'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'

const root = new URL('../../', import.meta.url)
const alerts = [...new Set(ALERT_GROUPS.flatMap(({ rules }) => rules).map(({ alert }) => alert))]

t.test('the runbook has a section for every alert, and for no other', async (t) => {
  const runbook = readFileSync(new URL('docs/RUNBOOK.md', root), 'utf8')
  const sections = [...runbook.matchAll(/^### Alert name: (\w+)$/gm)].map(([, name]) => name!)
  t.strictSame(sections.toSorted(), alerts.toSorted())
})

t.test("Prometheus's page of the runbook has the place that each alert links to", async (t) => {
  const page = readFileSync(new URL('monitoring/prometheus/consoles/runbook.html', root), 'utf8')
  for (const alert of alerts) t.ok(page.includes(`id="${runbookAnchor(alert)}"`), alert)
})
